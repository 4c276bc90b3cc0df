/// A descendant of wav2vec 2.0. Tensors are called as in Hugging Face's
/// models, without a prefix, and the prediction heads, which those lack, as
/// in s3prl's.
///
/// Hidden states are those that s3prl collects: the input of each transformer
/// layer, and the encoder's output. With layers that normalize their output,
/// all are normalized; with layers that normalize their input, none is but
/// the last. Of a distilled model they are the front end's output, each
/// layer's, and the prediction heads'.
extension ModelConfiguration: Network {
  package var inputs: Int { 1 }

  package func frames(ofRows samples: Int) -> Int {
    convolutions.frames(samples: samples)
  }

  package func run<X: Frames>(_ samples: X) throws(X.Failure) {
    let features = try project(
      samples.frontEnd(
        FrontEndShape(
          convolutions: convolutions, norm: convolutionNorm,
          hasBias: convolutionBias)))
    if predictionHeads != nil { try features.keep() }
    var x = try addPosition(to: features)
    if !normalizesFirst { x = try norm(x) }
    if predictionHeads == nil { try x.keep() }

    let transformer = TransformerLayer(
      attention: AttentionShape(heads: heads, distances: relativeBias),
      innerSize: innerSize, normalizesFirst: normalizesFirst,
      layerNormEpsilon: layerNormEpsilon, adapterSize: adapterSize)
    for index in 0..<layers {
      x = try transformer.layer("encoder.layers.\(index)", x)
      if index < layers - 1 || predictionHeads != nil { try x.keep() }
    }
    if normalizesFirst { x = try norm(x) }
    guard let heads = predictionHeads else { return try x.keep() }
    let hidden = try x.linear(
      "output_layer.0", to: heads.count * heads.inner, gelu: true)
    for index in 0..<heads.count {
      try hidden.predictionHead(
        "output_layer.2", index: index, of: heads.count, to: hiddenSize
      ).keep()
    }
  }

  /// The front end's frames at the transformer's width.
  private func project<X: Frames>(_ x: consuming X) throws(X.Failure) -> X {
    let name = "feature_projection"
    if projectionNorm {
      x = try x.layerNorm(name + ".layer_norm", epsilon: layerNormEpsilon)
    }
    return try x.linear(name + ".projection", to: hiddenSize)
  }

  /// x + its convolution over frames, so that the transformer knows their
  /// order. Of an even kernel's frames the last is dropped.
  private func addPosition<X: Frames>(to x: X) throws(X.Failure) -> X {
    let name = "encoder.pos_conv_embed"
    func shape(_ kernel: Int, _ groups: Int) -> FrameConvolution {
      FrameConvolution(
        channels: hiddenSize, kernel: kernel, before: kernel / 2,
        after: kernel - 1 - kernel / 2, groups: groups)
    }
    switch position {
    case .single(let kernel, let groups):
      var shape = shape(kernel, groups)
      shape.isWeightNormed = true
      return try x.add(x.convolution(name + ".conv", shape, gelu: true))
    case .batchNormed(let kernel, let groups):
      return try x.add(
        x.batchNorm(name + ".batch_norm").convolution(
          name + ".conv", shape(kernel, groups), gelu: true))
    case .stacked(let count, let kernel, let groups):
      var y = x
      for index in 0..<count {
        y = try y.convolution(
          name + ".layers.\(index).conv", shape(kernel, groups)
        ).layerNorm(nil, epsilon: 1e-5, gelu: true)
      }
      return try x.add(y)
    }
  }

  private func norm<X: Frames>(_ x: consuming X) throws(X.Failure) -> X {
    try x.layerNorm("encoder.layer_norm", epsilon: layerNormEpsilon)
  }

  package var stateTitles: [String] {
    let encoder = StateTitles.transformer(
      predictionHeads == nil
        ? "input of layer 1: projected frames and positions"
        : "projected frames",
      layers: layers, last: normalizesFirst ? "behind the encoder's norm" : nil)
    return encoder
      + (0..<(predictionHeads?.count ?? 0)).map { "prediction head \($0 + 1)" }
  }

  /// What the model will be.
  package var shape: ModelShape {
    ModelShape(
      layers: states, dimension: hiddenSize,
      samplesPerFrame: convolutions.samplesPerFrame,
      receptiveField: convolutions.receptiveField, parameters: parameterCount,
      samplingRate: samplingRate)
  }
}
