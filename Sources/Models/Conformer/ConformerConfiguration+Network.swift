/// wav2vec2-conformer and w2v-BERT 2.0, as `transformers` has them; the
/// positional convolution whose weights lie in the former's files is of no
/// effect there, and so none here.
///
/// Hidden states are the input of each layer and the output of the last, behind
/// the encoder's norm where there is one.
extension ConformerConfiguration: SpectralArchitecture {
  package var states: Int { layers + 1 }

  package var stateTitles: [String] {
    StateTitles.transformer(
      "input of layer 1: projected frames", layers: layers,
      last: readsFrames ? nil : "behind the encoder's norm")
  }

  package func frames(ofRows rows: Int) -> Int {
    convolutions.frames(samples: rows)
  }

  package func run<X: Frames>(_ input: X) throws(X.Failure) {
    let layer = ConformerLayer(
      attention: AttentionShape(heads: heads, positions: positions),
      innerSize: innerSize, kernel: kernel, isCausal: readsFrames,
      activation: activation, layerNormEpsilon: layerEpsilon)
    let features =
      readsFrames
      ? input
      : try input.frontEnd(
        FrontEndShape(
          convolutions: convolutions, norm: convolutionNorm,
          hasBias: convolutionBias))
    var x =
      try features
      .layerNorm("feature_projection.layer_norm", epsilon: epsilon)
      .linear("feature_projection.projection", to: hiddenSize)
    for index in 0..<layers {
      try x.keep()
      x = try layer.layer("encoder.layers.\(index)", x)
    }
    if !readsFrames {
      x = try x.layerNorm("encoder.layer_norm", epsilon: epsilon)
    }
    try x.keep()
  }
}

extension ConformerConfiguration {
  /// Samples from one frame to the next, and those that one frame looks at.
  package var samplesPerFrame: Int { convolutions.samplesPerFrame }
  package var receptiveField: Int { convolutions.receptiveField }
}
