/// One layer of a conformer (Gulati and others, 2020): half a feed-forward
/// block, attention, a convolution over frames, half a feed-forward block, each
/// added to its input; then a norm.
struct ConformerLayer: Sendable {
  var attention: AttentionShape
  var innerSize: Int
  /// Frames that the convolution looks at.
  var kernel: Int
  /// Whether it looks back alone, and a layer norm follows it; else it looks
  /// to both sides, and a batch norm follows.
  var isCausal: Bool
  var activation: Activation
  var layerNormEpsilon: Double
  /// Of the feed-forward blocks and of the convolutions.
  var hasBias = true
  var convolutionHasBias = false

  func layer<X: Frames>(_ name: String, _ x: X) throws(X.Failure) -> X {
    func norm(_ part: String, _ x: consuming X) throws(X.Failure) -> X {
      try x.layerNorm("\(name).\(part)", epsilon: layerNormEpsilon)
    }
    func half(_ part: String, _ x: X) throws(X.Failure) -> X {
      let inner = try norm(part + "_layer_norm", x)
        .linear(
          "\(name).\(part).intermediate_dense", to: innerSize,
          hasBias: hasBias, gelu: false
        )
        .activation(activation)
      return try x.add(
        inner.linear(
          "\(name).\(part).output_dense", to: x.width, hasBias: hasBias,
          gelu: false
        ).scaled(by: 0.5))
    }
    var x = try half("ffn1", x)
    x = try norm("self_attn_layer_norm", x)
      .attention(name + ".attention", attention, addedTo: x)
    x = try x.add(
      convolution(name + ".conv_module", norm("conv_module.layer_norm", x)))
    return try norm("final_layer_norm", half("ffn2", x))
  }

  private func convolution<X: Frames>(
    _ name: String, _ x: X
  ) throws(X.Failure) -> X {
    let width = x.width
    func pointwise(_ channels: Int) -> FrameConvolution {
      FrameConvolution(
        channels: channels, kernel: 1, hasBias: convolutionHasBias)
    }
    let before = isCausal ? kernel - 1 : (kernel - 1) / 2
    let mixed =
      try x.convolution(name + ".pointwise_conv1", pointwise(2 * width))
      .gated().convolution(
        name + ".depthwise_conv",
        FrameConvolution(
          channels: width, kernel: kernel, before: before,
          after: kernel - 1 - before, groups: width,
          hasBias: convolutionHasBias))
    let normed =
      isCausal
      ? try mixed.layerNorm(
        name + ".depthwise_layer_norm", epsilon: layerNormEpsilon)
      : try mixed.batchNorm(name + ".batch_norm")
    return try normed.activation(activation)
      .convolution(name + ".pointwise_conv2", pointwise(width))
  }
}
