import Kernels

extension Engine {
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
}
