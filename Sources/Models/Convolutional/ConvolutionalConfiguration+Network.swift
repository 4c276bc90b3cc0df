/// wav2vec, under fairseq's names.
///
/// s3prl collects the encoder's output, the input of each of the aggregator's
/// convolutions but the first, and its output.
extension ConvolutionalConfiguration: Network {
  package var inputs: Int { 1 }

  package func frames(ofRows samples: Int) -> Int {
    encoder.frames(samples: samples)
  }

  package var stateTitles: [String] {
    ["output of the encoder"]
      + aggregator.indices.map { "output of aggregator convolution \($0 + 1)" }
  }

  package func run<X: Frames>(_ samples: X) throws(X.Failure) {
    var x = samples
    for (index, convolution) in encoder.enumerated() {
      x = try layer(
        "feature_extractor.conv_layers.\(index)", (product: 0, norm: 2), x,
        FrameConvolution(
          channels: convolution.channels, kernel: convolution.kernel,
          stride: convolution.stride, hasBias: false),
        isResidual: encoderIsResidual && x.width == convolution.channels)
    }
    if compressesLogarithmically { x = try x.compressed() }
    try x.keep()
    // Over the frames so far.
    for (index, convolution) in aggregator.enumerated() {
      x = try layer(
        "feature_aggregator.conv_layers.\(index)", (product: 1, norm: 3), x,
        FrameConvolution(
          channels: convolution.channels, kernel: convolution.kernel,
          before: convolution.kernel - 1, repeatsFirst: !padsWithZeros,
          hasBias: aggregatorHasBias), isResidual: aggregatorIsResidual)
      try x.keep()
    }
  }

  /// A convolution, a norm over all that it puts out, and an activation.
  private func layer<X: Frames>(
    _ name: String, _ places: (product: Int, norm: Int), _ x: X,
    _ shape: FrameConvolution, isResidual: Bool
  ) throws(X.Failure) -> X {
    let y = try x.convolution("\(name).\(places.product)", shape)
      .groupNorm("\(name).\(places.norm)", groups: 1, isAffine: hasAffineNorms)
      .activation(activation)
    return isResidual ? try y.residual(of: x, scale: residualScale) : y
  }

  /// What the model will be.
  package var shape: ModelShape {
    ModelShape(
      layers: aggregator.count + 1, dimension: encoder.last?.channels ?? 0,
      samplesPerFrame: encoder.samplesPerFrame,
      receptiveField: encoder.receptiveField, parameters: parameterCount)
  }
}
