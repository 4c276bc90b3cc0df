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

  private func total(
    _ name: String, _ x: Node, factor: Double
  ) throws -> Node {
    try check(name, x)
    let y = output([], from: x)
    let px = x.pointer
    let sum = sumOverPieces(of: x.count) { first, count in
      superb_sum(Int64(count), px + first)
    }
    y.pointer[0] = Float(sum * factor)
    record(y) { [unowned self] dy in
      let dx = x.gradient
      let constant = Float(Double(dy[0]) * factor)
      forEachPiece(of: x.count) { first, count in
        superb_add_constant(Int64(count), constant, dx + first)
      }
    }
    return y
  }

  /// [N, D] → [segments, D]: the mean of rows offsets[i] ..< offsets[i + 1].
  ///
  /// - Parameter offsets: one more than there are segments, from 0 to N.
  package func segmentMean(_ x: Node, offsets: [Int]) throws -> Node {
    try check("segment_mean", x)
    guard x.shape.rank == 2, offsets.first == 0, offsets.last == x.shape[0]
    else {
      throw OperatorError(
        "segment_mean",
        "x is \(x.shape); offsets run from \(offsets.first ?? 0) to "
          + "\(offsets.last ?? 0)")
    }
    let segments = offsets.count - 1
    for index in 0..<segments where offsets[index] >= offsets[index + 1] {
      throw OperatorError("segment_mean", "utterance \(index) has no rows")
    }
    let dim = x.shape[1]
    let y = try output("segment_mean", [segments, dim], from: x)
    let (px, py) = (x.pointer, y.pointer)
    let perTask = max(
      1, Self.pieceElements * segments / max(x.count, 1))
    let tasks = (segments + perTask - 1) / perTask
    func forEachSegment(_ body: (Int) -> Void) {
      parallel(tasks) { task in
        for index in task * perTask..<min(segments, (task + 1) * perTask) {
          body(index)
        }
      }
    }
    forEachSegment { index in
      let rows = offsets[index + 1] - offsets[index]
      let out = py + index * dim
      out.update(repeating: 0, count: dim)
      superb_column_sums(
        Int64(rows), Int64(dim), Int64(dim), 1, px + offsets[index] * dim, out)
      superb_affine(Int64(dim), 1 / Float(rows), 0, out, out)
    }
    record(y) { dy in
      let dx = x.gradient
      forEachSegment { index in
        let share = 1 / Float(offsets[index + 1] - offsets[index])
        for row in offsets[index]..<offsets[index + 1] {
          superb_axpy(Int64(dim), share, dy + index * dim, dx + row * dim)
        }
      }
    }
    return y
  }
}
