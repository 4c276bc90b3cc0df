/// AST, over windows that its front end fills up.
///
/// Hidden states are those of `transformers`, the input of the first layer and
/// the output of each, of which a frame is the mean over a time's patches; the
/// two tokens that stand before the patches belong to no time.
extension SpectrogramTransformerConfiguration: SpectralArchitecture {
  package var inputs: Int { patches.bins }
  package var states: Int { layers + 1 }

  package var stateTitles: [String] {
    StateTitles.transformer(
      "input of layer 1: patches and positions, the mean over their bands",
      layers: layers, last: "before the norm"
    )
  }

  /// 16 kHz samples: a mel frame is 160.
  package var samplesPerFrame: Int { 160 * patches.timeStride }

  package func frames(ofRows rows: Int) -> Int {
    rows / patches.frames * patches.times
  }

  package func heardFrames(ofSamples samples: Int) -> Int? {
    let frames = Double(samples) / Double(samplesPerFrame)
    return Int(frames.rounded(.toNearestOrEven))
  }

  package func run<X: Frames>(_ spectrogram: X) throws(X.Failure) {
    let transformer = TransformerLayer(
      attention: AttentionShape(heads: heads), innerSize: innerSize,
      normalizesFirst: true, layerNormEpsilon: layerNormEpsilon)
    var x = try spectrogram.cut(longest: patches.frames)
      .patches("embeddings", patches, to: hiddenSize)
    try x.meanOverBands(patches).keep()
    for index in 0..<layers {
      x = try transformer.layer("encoder.layers.\(index)", x)
      try x.meanOverBands(patches).keep()
    }
  }
}
