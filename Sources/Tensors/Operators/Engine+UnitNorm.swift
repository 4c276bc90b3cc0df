import Kernels

extension Engine {
  /// x […, D] with each row divided by its L2 norm, at least `epsilon`.
  package func normalizeRows(
    _ x: Node, epsilon: Double = 1e-12
  ) throws -> Node {
    let name = "normalize_rows"
    try check(name, x)
    try require(x.shape.rank > 0, name, "x is \(x.shape) and has no rows")
    let (rows, dim) = (x.shape.rows, x.shape.last)
    let y = output(x.shape, from: x)
    let (inverse, slope) = (scratch(rows), scratch(rows))
    let (px, py) = (x.pointer, y.pointer)
    forEachRowBlock(rows: rows, dim: dim) { first, count in
      superb_unit_rows(
        count, dim, epsilon, px + first * dim, py + first * dim,
        inverse + first, slope + first)
    }
    record(y) { [unowned self] dy in
      let dx = x.gradient
      forEachRowBlock(rows: rows, dim: dim) { first, count in
        let start = first * dim
        superb_unit_rows_backward(
          count, dim, py + start, inverse + first, slope + first, dy + start,
          dx + start)
      }
    }
    return y
  }

  /// x [N, D] with each column divided by its L2 norm, at least `epsilon`.
  package func normalizeColumns(
    _ x: Node, epsilon: Double = 1e-12
  ) throws -> Node {
    let name = "normalize_columns"
    try check(name, x)
    try require(x.shape.rank == 2, name, "x is \(x.shape) and must have rank 2")
    let (rows, dim) = (x.shape[0], x.shape[1])
    let y = output(x.shape, from: x)
    let (inverse, slope) = (scratch(dim), scratch(dim))
    let (px, py) = (x.pointer, y.pointer)
    forEachColumnBlock(rows: rows, dim: dim) { first, count in
      superb_unit_columns(
        rows, count, dim, epsilon, px + first, py + first, inverse + first,
        slope + first)
    }
    record(y) { [unowned self] dy in
      let dx = x.gradient
      forEachColumnBlock(rows: rows, dim: dim) { first, count in
        superb_unit_columns_backward(
          rows, count, dim, py + first, inverse + first, slope + first,
          dy + first, dx + first)
      }
    }
    return y
  }
}
