import Kernels

extension Engine {
  /// The same numbers in another shape of as many; a view.
  package func reshape(_ x: Node, to extents: [Int]) throws -> Node {
    try checkUse("reshape", x)
    guard let shape = Shape(extents), shape.count == x.count else {
      throw OperatorError(
        "reshape", "\(x.shape) does not hold as many numbers as \(extents)")
    }
    let y = adopt(Node(viewOf: x, offset: 0, shape: shape))
    y.blocks = shape.rank > 0 ? x.blocks(rows: shape[0]) : nil
    if y.blocks == nil { complete(x) }
    return y
  }

  /// [N, D] → [count, D]: rows first ..< first + count; a view.
  package func rows(_ x: Node, first: Int, count: Int) throws -> Node {
    try check("rows", x)
    try checkRange("rows", x, axis: 0, first: first, count: count)
    let dim = x.shape[1]
    return adopt(Node(viewOf: x, offset: first * dim, shape: [count, dim]))
  }

  /// [N, D] → [N, count]: columns first ..< first + count.
  package func columns(_ x: Node, first: Int, count: Int) throws -> Node {
    try check("columns", x)
    try checkRange("columns", x, axis: 1, first: first, count: count)
    let (rows, dim) = (x.shape[0], x.shape[1])
    let y = try output("columns", [rows, count], from: x)
    superb_copy_block(rows, count, x.pointer + first, dim, y.pointer, count)
    record(y) { dy in
      superb_add_block(rows, count, dy, count, x.gradient + first, dim)
    }
    return y
  }

  /// [N, D0], [N, D1], … → [N, D0 + D1 + …].
  package func concatColumns(_ parts: [Node]) throws -> Node {
    try concat("concat_columns", parts, along: 1, "as many rows")
  }

  /// [N0, D], [N1, D], … → [N0 + N1 + …, D].
  package func concatRows(_ parts: [Node]) throws -> Node {
    try concat("concat_rows", parts, along: 0, "equally long rows")
  }

  private func concat(
    _ name: String, _ parts: [Node], along axis: Int, _ alike: String
  ) throws -> Node {
    let own =
      if axis == 1, let first = parts.first {
        try share(name, first, alike: Array(parts.dropFirst()))
      } else { Range<Int>?.none }
    if own == nil { for part in parts { try check(name, part) } }
    guard let other = parts.first?.shape[1 - axis],
      parts.allSatisfy({ $0.shape.rank == 2 && $0.shape[1 - axis] == other })
    else {
      throw OperatorError(
        name,
        "parts are \(parts.map(\.shape)); they must be matrices of \(alike)")
    }
    let extent = parts.reduce(0) { $0 + $1.shape[axis] }
    let y = try output(
      name, axis == 0 ? [extent, other] : [other, extent],
      requiresGradient: parts.contains(where: \.requiresGradient))
    // Rows of columns, or all rows as one.
    let rows = axis == 0 ? 0..<1 : own ?? 0..<other
    let first = rows.lowerBound
    let stride = axis == 0 ? y.count : extent
    let widths = parts.map { axis == 0 ? $0.count : $0.shape[1] }
    let starts = Segments(of: widths).offsets
    y.blocks = axis == 0 ? nil : parts[0].blocks
    y.isPartial = own != nil
    for (index, part) in parts.enumerated() {
      superb_copy_block(
        rows.count, widths[index], part.pointer + first * widths[index],
        widths[index], y.pointer + first * stride + starts[index], stride)
    }
    record(y) { dy in
      for (index, part) in parts.enumerated() {
        guard let dx = part.wantedGradient else { continue }
        superb_add_block(
          rows.count, widths[index], dy + first * stride + starts[index],
          stride, dx + first * widths[index], widths[index])
      }
    }
    return y
  }

  /// [N, M] → [M, N], or [B, N, M] → [B, M, N]: the last two axes change
  /// places.
  package func transpose(_ x: Node) throws -> Node {
    try check("transpose", x)
    let extents = x.shape.array
    try require(
      extents.count == 2 || extents.count == 3, "transpose",
      "x is \(x.shape); it must have rank 2 or 3")
    let slices = extents.count == 3 ? extents[0] : 1
    let (rows, width) = (extents[extents.count - 2], x.shape.last)
    let y = try output(
      "transpose", extents.dropLast(2) + [width, rows], from: x)
    if extents.count == 2 { y.blocks = nil }
    let (px, py) = (x.pointer, y.pointer)
    forEachSlice(slices, rows: rows, dim: width) { slice, first, count in
      let start = slice * rows * width
      superb_transpose_rows(
        rows, count, px + start + first, width, py + start + first * rows, rows)
    }
    record(y) { [unowned self] dy in
      let dx = x.gradient
      forEachSlice(slices, rows: rows, dim: width) { slice, first, count in
        let start = slice * rows * width
        superb_transpose_rows_add(
          count, rows, dy + start + first * rows, rows, dx + start + first,
          width)
      }
    }
    return y
  }

  /// x [V, D] and row numbers, which may repeat → [rows.count, D].
  package func gatherRows(_ x: Node, rows: [Int]) throws -> Node {
    let name = "gather_rows"
    try checkUse(name, x)
    try require(x.shape.rank == 2, name, "x is \(x.shape) and must have rank 2")
    let (height, dim) = (x.shape[0], x.shape[1])
    for (index, row) in rows.enumerated() where row < 0 || row >= height {
      throw OperatorError(
        name, "number \(index) is row \(row) of x, which is \(x.shape)")
    }
    let y = try output(name, [rows.count, dim], from: x)
    y.blocks = x.blocks?.chosen(rows)
    var own = 0..<rows.count
    if let blocks = y.blocks, try share(name, x) != nil, let exchange {
      let share = exchange.share(blocks.count)
      own = blocks.cuts[share.lowerBound]..<blocks.cuts[share.upperBound]
      y.isPartial = true
    } else {
      complete(x)
    }
    let (px, py) = (x.pointer, y.pointer)
    forEachRowBlock(in: own, dim: dim) { first, count in
      for index in first..<first + count {
        (py + index * dim).update(from: px + rows[index] * dim, count: dim)
      }
    }
    record(y) { [unowned self] dy in
      let dx = x.gradient
      // By columns, since a row may be hit from several places.
      forEachColumnBlock(rows: own.count, dim: dim) { first, count in
        for index in own {
          superb_axpy(
            count, 1, dy + index * dim + first, dx + rows[index] * dim + first)
        }
      }
    }
    return y
  }

  private func checkRange(
    _ name: String, _ x: Node, axis: Int, first: Int, count: Int
  ) throws {
    try require(
      x.shape.rank == 2 && first >= 0 && count >= 0 && first <= x.shape[axis]
        && count <= x.shape[axis] - first, name,
      "no \(count) \(name) from \(first) on in \(x.shape)")
  }
}
