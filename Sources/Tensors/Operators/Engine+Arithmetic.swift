import Kernels

extension Engine {
  /// x + y; y has x's shape, or is [D] and repeated over the rows of x.
  package func add(_ x: Node, _ y: Node) throws -> Node {
    try sum("add", x, y, sign: 1)
  }

  /// x - y; y has x's shape, or is [D] and repeated over the rows of x.
  package func sub(_ x: Node, _ y: Node) throws -> Node {
    try sum("sub", x, y, sign: -1)
  }

  private func sum(
    _ name: String, _ x: Node, _ y: Node, sign: Float
  ) throws -> Node {
    let repeats = try checkOperands(name, x, y)
    let (rows, dim) = (x.shape.rows, x.shape.last)
    let z = output(x.shape, from: x, y)
    let (px, py, pz) = (x.pointer, y.pointer, z.pointer)
    if repeats {
      forEachRowBlock(rows: rows, dim: dim) { first, count in
        superb_add_row(
          Int64(count), Int64(dim), sign, px + first * dim, py,
          pz + first * dim)
      }
    } else {
      forEachPiece(of: x.count) { first, count in
        let kernel = sign > 0 ? superb_add : superb_sub
        kernel(Int64(count), px + first, py + first, pz + first)
      }
    }
    record(z) { [unowned self] dz in
      if x.requiresGradient { addScaled(dz, 1, count: x.count, to: x.gradient) }
      guard y.requiresGradient else { return }
      let dy = y.gradient
      if repeats {
        addColumnSums(dz, rows: rows, dim: dim, sign: sign, to: dy)
      } else {
        addScaled(dz, sign, count: y.count, to: dy)
      }
    }
    return z
  }

  /// x · y, number by number; y has x's shape, or is [D] and repeated over
  /// the rows of x.
  package func mul(_ x: Node, _ y: Node) throws -> Node {
    let repeats = try checkOperands("mul", x, y)
    let (rows, dim) = (x.shape.rows, x.shape.last)
    let z = output(x.shape, from: x, y)
    let (px, py, pz) = (x.pointer, y.pointer, z.pointer)
    if repeats {
      forEachRowBlock(rows: rows, dim: dim) { first, count in
        superb_mul_row(
          Int64(count), Int64(dim), px + first * dim, py, pz + first * dim)
      }
    } else {
      forEachPiece(of: x.count) { first, count in
        superb_mul(Int64(count), px + first, py + first, pz + first)
      }
    }
    record(z) { [unowned self] dz in
      if x.requiresGradient {
        let dx = x.gradient
        if repeats {
          forEachRowBlock(rows: rows, dim: dim) { first, count in
            superb_multiply_add_row(
              Int64(count), Int64(dim), dz + first * dim, py,
              dx + first * dim)
          }
        } else {
          forEachPiece(of: x.count) { first, count in
            superb_multiply_add(
              Int64(count), dz + first, py + first, dx + first)
          }
        }
      }
      guard y.requiresGradient else { return }
      let dy = y.gradient
      if repeats {
        forEachColumnBlock(rows: rows, dim: dim) { first, count in
          superb_column_dots(
            Int64(rows), Int64(count), Int64(dim), dz + first, px + first,
            dy + first)
        }
      } else {
        forEachPiece(of: y.count) { first, count in
          superb_multiply_add(Int64(count), dz + first, px + first, dy + first)
        }
      }
    }
    return z
  }

  /// factor · x + offset.
  package func scale(
    _ x: Node, by factor: Double, offset: Double = 0
  ) throws -> Node {
    try check("scale", x)
    let y = output(x.shape, from: x)
    let (px, py) = (x.pointer, y.pointer)
    forEachPiece(of: x.count) { first, count in
      superb_affine(
        Int64(count), Float(factor), Float(offset), px + first, py + first)
    }
    record(y) { [unowned self] dy in
      addScaled(dy, Float(factor), count: x.count, to: x.gradient)
    }
    return y
  }

  /// y += factor · x.
  func addScaled(
    _ x: UnsafePointer<Float>, _ factor: Float, count: Int,
    to y: UnsafeMutablePointer<Float>
  ) {
    forEachPiece(of: count) { first, count in
      superb_axpy(Int64(count), factor, x + first, y + first)
    }
  }

  /// Whether `y` is a row that is repeated; an error if it is neither that
  /// nor of the shape of `x`.
  func checkOperands(
    _ name: String, _ x: Node, _ y: Node
  ) throws -> Bool {
    try check(name, x, y)
    if x.shape == y.shape { return false }
    guard y.shape.rank == 1, x.shape.rank > 0, x.shape.last == y.shape[0]
    else {
      throw OperatorError(
        name,
        "x is \(x.shape) and y \(y.shape): y must have x's shape or be a row")
    }
    return true
  }
}
