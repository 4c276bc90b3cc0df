/// One layer: attention, then two products with a GELU between, each added to
/// its input.
struct TransformerLayer: Sendable {
  var attention: AttentionShape
  var innerSize: Int
  /// Whether layers normalize their input rather than their output.
  var normalizesFirst: Bool
  var layerNormEpsilon: Double

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
      return try feedForward(norm(".final_layer_norm", y), addedTo: y)
    }
    let y = try norm(".layer_norm", attend(x, addedTo: x))
    return try norm(".final_layer_norm", feedForward(y, addedTo: y))
  }
}
