/// SEW or SEW-D, as `transformers` has it, up to where it brings the frames back to
/// their first number: so all states are of one length.
extension SqueezedConfiguration: SpectralArchitecture {
  package var inputs: Int { 1 }
  package var states: Int { layers + 1 }

  package var stateTitles: [String] {
    StateTitles.transformer(
      "input of layer 1: squeezed frames and positions", layers: layers,
      last: "before it is spread over the frames again")
  }

  package func frames(ofRows samples: Int) -> Int {
    convolutions.frames(samples: samples) / squeeze
  }

  package func run<X: Frames>(_ samples: X) throws(X.Failure) {
    let transformer = TransformerLayer(
      attention: AttentionShape(
        heads: heads,
        positions: distances.map { .disentangled($0) } ?? .unknown),
      innerSize: innerSize,
      normalizesFirst: false, layerNormEpsilon: layerNormEpsilon)
    var features = try samples.frontEnd(
      FrontEndShape(
        convolutions: convolutions, norm: convolutionNorm,
        hasBias: convolutionBias)
    ).layerNorm("layer_norm", epsilon: featureEpsilon)
    if features.width != hiddenSize {
      features = try features.linear("feature_projection", to: hiddenSize)
    }
    // As many as the mean of every few frames has.
    let before = positionKernel / 2
    var position = FrameConvolution(
      channels: hiddenSize, kernel: positionKernel, stride: squeeze,
      before: before, after: positionKernel - squeeze - before,
      groups: positionGroups)
    position.isWeightNormed = true
    var x = try features.pooled(by: squeeze).add(
      features.convolution("encoder.pos_conv_embed.conv", position, gelu: true))
    if distances == nil {
      x = try x.layerNorm("encoder.layer_norm", epsilon: layerNormEpsilon)
    }
    try x.keep()
    for index in 0..<layers {
      x = try transformer.layer("encoder.layers.\(index)", x)
      try x.keep()
    }
  }
}

extension SqueezedConfiguration {
  /// Samples from one frame to the next, and those that one frame looks at.
  package var samplesPerFrame: Int { squeeze * convolutions.samplesPerFrame }
  package var receptiveField: Int {
    convolutions.receptiveField
      + (squeeze - 1) * convolutions.samplesPerFrame
  }
}
