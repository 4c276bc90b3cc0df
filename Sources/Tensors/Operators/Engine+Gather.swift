import Kernels

extension Engine {
  /// x [V, D] and row numbers, which may repeat → [rows.count, D].
  package func gatherRows(_ x: Node, rows: [Int]) throws -> Node {
    let name = "gather_rows"
    try check(name, x)
    guard x.shape.rank == 2 else {
      throw OperatorError(name, "x is \(x.shape) and must have rank 2")
    }
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
            Int64(count), 1, dy + index * dim + first, dx + row * dim + first)
        }
      }
    }
    return y
  }

  /// [N0, D], [N1, D], … → [N0 + N1 + …, D].
  package func concatRows(_ parts: [Node]) throws -> Node {
    let name = "concat_rows"
    for part in parts { try check(name, part) }
    guard let first = parts.first,
      parts.allSatisfy({
        $0.shape.rank == 2 && $0.shape[1] == first.shape[1]
      })
    else {
      throw OperatorError(
        name,
        "parts are \(parts.map(\.shape)); they must be matrices of equally "
          + "long rows")
    }
    let rows = parts.reduce(0) { $0 + $1.shape[0] }
    let y = try output(
      name, [rows, first.shape[1]],
      requiresGradient: parts.contains(where: \.requiresGradient))
    var offset = 0
    for part in parts {
      (y.pointer + offset).update(from: part.pointer, count: part.count)
      offset += part.count
    }
    record(y) { [unowned self] dy in
      var offset = 0
      for part in parts {
        if part.requiresGradient {
          addScaled(dy + offset, 1, count: part.count, to: part.gradient)
        }
        offset += part.count
      }
    }
    return y
  }
}
