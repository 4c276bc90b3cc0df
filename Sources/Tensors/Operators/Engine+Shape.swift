import Kernels

extension Engine {
  /// The same numbers in another shape of as many; a view.
  package func reshape(_ x: Node, to extents: [Int]) throws -> Node {
    try check("reshape", x)
    guard let shape = Shape(extents), shape.count == x.count else {
      throw OperatorError(
        "reshape", "\(x.shape) does not hold as many numbers as \(extents)")
    }
    return adopt(Node(viewOf: x, offset: 0, shape: shape))
  }

  /// [N, D] → [count, D]: rows first ..< first + count; a view.
  package func rows(_ x: Node, first: Int, count: Int) throws -> Node {
    try check("rows", x)
    try checkRange("rows", x, axis: 0, first: first, count: count)
    let dim = x.shape[1]
    return adopt(
      Node(viewOf: x, offset: first * dim, shape: [count, dim]))
  }

  /// [N, D] → [N, count]: columns first ..< first + count.
  package func columns(_ x: Node, first: Int, count: Int) throws -> Node {
    try check("columns", x)
    try checkRange("columns", x, axis: 1, first: first, count: count)
    let (rows, dim) = (x.shape[0], x.shape[1])
    let y = try output("columns", [rows, count], from: x)
    superb_copy_block(
      Int64(rows), Int64(count), x.pointer + first, Int64(dim), y.pointer,
      Int64(count))
    record(y) { dy in
      superb_add_block(
        Int64(rows), Int64(count), dy, Int64(count), x.gradient + first,
        Int64(dim))
    }
    return y
  }

  /// [N, D0], [N, D1], … → [N, D0 + D1 + …].
  package func concatColumns(_ parts: [Node]) throws -> Node {
    for part in parts { try check("concat_columns", part) }
    guard let first = parts.first,
      parts.allSatisfy({
        $0.shape.rank == 2 && $0.shape[0] == first.shape[0]
      })
    else {
      throw OperatorError(
        "concat_columns",
        "parts are \(parts.map(\.shape)); they must be matrices of as many "
          + "rows")
    }
    let rows = first.shape[0]
    let dim = parts.reduce(0) { $0 + $1.shape[1] }
    let y = try output(
      "concat_columns", [rows, dim],
      requiresGradient: parts.contains(where: \.requiresGradient))
    var offset = 0
    for part in parts {
      let width = part.shape[1]
      superb_copy_block(
        Int64(rows), Int64(width), part.pointer, Int64(width),
        y.pointer + offset, Int64(dim))
      offset += width
    }
    record(y) { dy in
      var offset = 0
      for part in parts {
        let width = part.shape[1]
        if part.requiresGradient {
          superb_add_block(
            Int64(rows), Int64(width), dy + offset, Int64(dim),
            part.gradient, Int64(width))
        }
        offset += width
      }
    }
    return y
  }

  private func checkRange(
    _ name: String, _ x: Node, axis: Int, first: Int, count: Int
  ) throws {
    guard x.shape.rank == 2, first >= 0, count >= 0,
      first <= x.shape[axis], count <= x.shape[axis] - first
    else {
      throw OperatorError(
        name, "no \(count) \(name) from \(first) on in \(x.shape)")
    }
  }
}
