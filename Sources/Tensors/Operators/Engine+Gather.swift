import Kernels

extension Engine {
  /// x [V, D] and row numbers, which may repeat → [rows.count, D].
  package func gatherRows(_ x: Node, rows: [Int]) throws -> Node {
    let name = "gather_rows"
    try check(name, x)
    try require(x.shape.rank == 2, name, "x is \(x.shape) and must have rank 2")
    let (height, dim) = (x.shape[0], x.shape[1])
    for (index, row) in rows.enumerated() where row < 0 || row >= height {
      throw OperatorError(
        name, "number \(index) is row \(row) of x, which is \(x.shape)")
    }
    let y = try output(name, [rows.count, dim], from: x)
    let (px, py) = (x.pointer, y.pointer)
    forEachRowBlock(rows: rows.count, dim: dim) { first, count in
      for index in first..<first + count {
        (py + index * dim).update(from: px + rows[index] * dim, count: dim)
      }
    }
    record(y) { [unowned self] dy in
      let dx = x.gradient
      // By columns, since a row may be hit from several places.
      forEachColumnBlock(rows: rows.count, dim: dim) { first, count in
        for (index, row) in rows.enumerated() {
          superb_axpy(
            count, 1, dy + index * dim + first, dx + row * dim + first)
        }
      }
    }
    return y
  }
}
