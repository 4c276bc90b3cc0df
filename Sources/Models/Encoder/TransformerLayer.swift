/// One layer: attention, then two products with a GELU between, each added to
/// its input.
struct TransformerLayer: Sendable {
  var attention: AttentionShape
  var innerSize: Int
  /// Whether layers normalize their input rather than their output.
  var normalizesFirst: Bool
  var layerNormEpsilon: Double
  /// The width of a language's adapter behind it; 0 if there is none.
  var adapterSize = 0

  /// `[Σ frames, size]` to the same, with weights under that name.
  func layer<X: Frames>(_ name: String, _ x: X) throws(X.Failure) -> X {
    func norm(
      _ part: String, _ x: consuming X
    ) throws(X.Failure) -> X {
      try x.layerNorm(name + part, epsilon: layerNormEpsilon)
    }
    func attend(_ x: X, addedTo residual: X) throws(X.Failure) -> X {
      try x.attention(name + ".attention", attention, addedTo: residual)
    }
    func feedForward(_ x: X, addedTo residual: X) throws(X.Failure) -> X {
      try x.feedForward(
        name + ".feed_forward", inner: innerSize, addedTo: residual)
    }
    if normalizesFirst {
      let y = try attend(norm(".layer_norm", x), addedTo: x)
      let z = try feedForward(norm(".final_layer_norm", y), addedTo: y)
      return adapterSize > 0 ? try adapted(name + ".adapter_layer", z) : z
    }
    let y = try norm(".layer_norm", attend(x, addedTo: x))
    return try norm(".final_layer_norm", feedForward(y, addedTo: y))
  }

  /// x + what a language's adapter makes of it.
  private func adapted<X: Frames>(_ name: String, _ x: X) throws(X.Failure) -> X
  {
    try x.add(
      x.layerNorm(name + ".norm", epsilon: 1e-5)
        .linear(name + ".linear_1", to: adapterSize).activation(.relu)
        .linear(name + ".linear_2", to: x.width))
  }
}
