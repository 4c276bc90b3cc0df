extension OutlineFrames {
  func linear(
    _ name: String, to width: Int, hasBias: Bool, gelu: Bool
  ) -> Self {
    outline.declare(
      name, ModelParameter.linear(name, width, self.width, hasBias: hasBias)
    ) {
      try Dense(name, in: $0)
    }
    outline.countProduct(rows, self.width, width)
    return sized(width)
  }
}

extension PackedFrames {
  func linear(
    _ name: String, to width: Int, hasBias: Bool, gelu: Bool
  ) throws -> Self {
    let product: Dense = try pass.part(name)
    return make(width) { product.apply($0, rows: $2, into: $1, gelu: gelu) }
  }

  /// With as many frames between the products as fit the caches.
  func feedForward(
    _ name: String, inner: Int, addedTo residual: Self
  ) throws -> Self {
    let block = 768
    let inner: Dense = try pass.part(name + ".intermediate_dense")
    let outer: Dense = try pass.part(name + ".output_dense")
    let hidden = pass.workspace.room(.inner, min(block, rows) * inner.width)
    return withExtendedLifetime(residual) {
      make(residual.width) { x, y, frames in
        for start in stride(from: 0, to: frames, by: block) {
          let rows = min(block, frames - start)
          inner.apply(
            x + start * inner.depth, rows: rows, into: hidden, gelu: true)
          outer.apply(
            hidden, rows: rows, into: y + start * outer.width,
            residual: residual.pointer + start * outer.width)
        }
      }
    }
  }
}

extension TapedFrames {
  func linear(
    _ name: String, to width: Int, hasBias: Bool, gelu: Bool
  ) throws -> Self {
    let y = try engine.linear(
      node, weight: weight(name + ".weight"),
      bias: hasBias ? weight(name + ".bias") : nil)
    return with(gelu ? try engine.gelu(y) : y)
  }
}
