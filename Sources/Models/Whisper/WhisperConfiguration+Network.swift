/// Whisper's encoder, its tensors named as those of wav2vec 2.0's descendants
/// where they are the same.
///
/// Hidden states are those of `transformers`: the input of each layer, and the
/// output of the last behind the encoder's norm.
extension WhisperConfiguration: SpectralArchitecture {
  package var states: Int { layers + 1 }

  package var stateTitles: [String] {
    StateTitles.transformer(
      "input of layer 1: convolutions and positions", layers: layers,
      last: "behind the encoder's norm")
  }

  /// Rows of a window: two convolutions make one frame of two.
  private var windowRows: Int { 2 * positions }

  package func frames(ofRows rows: Int) -> Int {
    [0..<rows].cut(longest: windowRows, multiple: 2)
      .reduce(0) { $0 + ($1.count + 1) / 2 }
  }

  package func heardFrames(ofSamples samples: Int) -> Int? {
    let frames = Double(samples) / Double(samplesPerFrame)
    return Int(frames.rounded(.toNearestOrEven))
  }

  package func run<X: Frames>(_ features: X) throws(X.Failure) {
    let transformer = TransformerLayer(
      attention: AttentionShape(heads: heads, hasKeyBias: false),
      innerSize: innerSize, normalizesFirst: true, layerNormEpsilon: 1e-5)
    func convolution(stride: Int) -> FrameConvolution {
      FrameConvolution(
        channels: hiddenSize, kernel: 3, stride: stride, before: 1, after: 1)
    }
    var x = try features.cut(longest: windowRows, multiple: 2)
      .convolution("encoder.conv1", convolution(stride: 1), gelu: true)
      .convolution("encoder.conv2", convolution(stride: 2), gelu: true)
      .addPositions("encoder.embed_positions", count: positions)
    for index in 0..<layers {
      try x.keep()
      x = try transformer.layer("encoder.layers.\(index)", x)
    }
    try x.layerNorm("encoder.layer_norm", epsilon: 1e-5).keep()
  }
}
