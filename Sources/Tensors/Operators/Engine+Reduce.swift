import Kernels

extension Engine {
  /// The sum of all numbers → rank 0.
  package func sum(_ x: Node) throws -> Node {
    try total("sum", x, factor: 1)
  }

  /// The mean of all numbers → rank 0; NaN if there are none.
  package func mean(_ x: Node) throws -> Node {
    try total("mean", x, factor: 1 / Double(x.count))
  }

  private func total(_ name: String, _ x: Node, factor: Double) throws -> Node {
    try check(name, x)
    let y = output([], from: x)
    let px = x.pointer
    let blocks = x.blocks(rows: x.count)
    let sum = sumOverPieces(of: x.count, blocks) { first, count in
      superb_sum(count, px + first)
    }
    y.pointer[0] = Float(sum * factor)
    record(y) { [unowned self] dy in
      let dx = x.gradient
      let constant = Float(Double(dy[0]) * factor)
      forEachPiece(of: x.count) { first, count in
        superb_add_constant(count, constant, dx + first)
      }
    }
    return y
  }

  /// [N, D] → [segments, D]: the mean of rows offsets[i] ..< offsets[i + 1].
  ///
  /// - Parameter offsets: one more than there are segments, from 0 to N.
  package func segmentMean(_ x: Node, offsets: [Int]) throws -> Node {
    let name = "segment_mean"
    try checkUse(name, x)
    let segments = try Segments(name, offsets, of: x, haveRows: true)
    let own = shareUtterances(of: x, offsets: offsets)
    let dim = x.shape[1]
    let y = try output(name, [segments.count, dim], from: x)
    let (px, py) = (x.pointer, y.pointer)
    forEachSegment(of: segments, in: own, dim: dim) { index in
      let rows = segments.length(index)
      let out = py + index * dim
      out.update(repeating: 0, count: dim)
      superb_column_sums(
        rows, dim, dim, 1, px + segments.start(index) * dim, out)
      superb_affine(dim, 1 / Float(rows), 0, out, out)
    }
    if own != nil { gatherUtterances(py, width: dim) }
    record(y) { [unowned self] dy in
      let dx = x.gradient
      forEachSegment(of: segments, in: own, dim: dim) { index in
        let share = 1 / Float(segments.length(index))
        for row in offsets[index]..<offsets[index + 1] {
          superb_axpy(dim, share, dy + index * dim, dx + row * dim)
        }
      }
    }
    return y
  }
}
