import Kernels

extension Engine {
  /// exp(x) over its sum, along the last axis.
  package func softmax(_ x: Node) throws -> Node {
    try alongRows(
      "softmax", x, forward: superb_softmax, backward: superb_softmax_backward)
  }

  /// The logarithm of ``softmax(_:)``.
  package func logSoftmax(_ x: Node) throws -> Node {
    try alongRows(
      "log_softmax", x, forward: superb_log_softmax,
      backward: superb_log_softmax_backward)
  }

  private func alongRows(
    _ name: String, _ x: Node,
    forward: RowsKernel, backward: @escaping RowPairKernel
  ) throws -> Node {
    let own = try shareRows(name, x)
    let (rows, dim) = (x.shape.rows, x.shape.last)
    let y = output(x.shape, from: x)
    y.isPartial = own != nil
    let part = x.rows(own, of: rows)
    let (px, py) = (x.pointer, y.pointer)
    forEachRowBlock(in: part, dim: dim) { first, count in
      forward(count, dim, px + first * dim, py + first * dim)
    }
    record(y) { [unowned self] dy in
      let dx = x.gradient
      forEachRowBlock(in: part, dim: dim) { first, count in
        let start = first * dim
        backward(count, dim, py + start, dy + start, dx + start)
      }
    }
    return y
  }

  /// (x - mean) / √(variance + epsilon) · gamma + beta along the last axis;
  /// gamma and beta [D] or nil.
  package func layerNorm(
    _ x: Node, gamma: Node?, beta: Node?, epsilon: Double = 1e-5
  ) throws -> Node {
    try check("layer_norm", gamma, beta)
    let own = try shareRows("layer_norm", x)
    let (rows, dim) = (x.shape.rows, x.shape.last)
    for case let factor? in [gamma, beta] where factor.shape.array != [dim] {
      throw OperatorError(
        "layer_norm", "x is \(x.shape), and gamma or beta \(factor.shape)")
    }
    let y = output(x.shape, from: x, gamma, beta)
    y.isPartial = own != nil
    let part = x.rows(own, of: rows)
    let (mean, inverse) = (scratch(rows), scratch(rows))
    let (px, py) = (x.pointer, y.pointer)
    let (pGamma, pBeta) = (gamma?.pointer, beta?.pointer)
    let blocks = x.blocks(rows: rows)
    forEachRowBlock(in: part, dim: dim) { first, count in
      superb_layer_norm(
        count, dim, epsilon, px + first * dim, pGamma, pBeta, 0,
        py + first * dim, mean + first, inverse + first)
    }
    record(y) { [unowned self] dy in
      if let dx = x.wantedGradient {
        forEachRowBlock(in: part, dim: dim) { first, count in
          let start = first * dim
          superb_layer_norm_backward(
            count, dim, px + start, pGamma, mean + first, inverse + first,
            dy + start, dx + start)
        }
      }
      if let dGamma = gamma?.wantedGradient {
        addBlocks(blocks, rows: rows, count: dim, to: dGamma) { rows, dGamma in
          let (top, start) = (rows.lowerBound, rows.lowerBound * dim)
          forEachColumnBlock(rows: rows.count, dim: dim) { first, count in
            superb_column_normal_dots(
              rows.count, count, dim, px + start + first, mean + top,
              inverse + top, dy + start + first, dGamma + first)
          }
        }
      }
      if let dBeta = beta?.wantedGradient {
        addColumnSums(dy, rows: rows, dim: dim, to: dBeta, over: blocks)
      }
    }
    return y
  }

  private func shareRows(_ name: String, _ x: Node) throws -> Range<Int>? {
    let own = try share(name, x)
    try require(
      x.shape.rank > 0 && x.shape.last > 0, name,
      "x is \(x.shape) and has no rows of numbers")
    return own
  }
}
