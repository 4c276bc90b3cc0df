import Kernels

typealias Floats = UnsafePointer<Float>
typealias MutableFloats = UnsafeMutablePointer<Float>
/// A function of a buffer's numbers: (count, x, y).
typealias BufferKernel = (Int, Floats?, MutableFloats?) -> Void
/// A function of two buffers' numbers: (count, x, y, z).
typealias PairKernel = (Int, Floats?, Floats?, MutableFloats?) -> Void
/// A function of rows: (rows, dim, x, y).
typealias RowsKernel = (Int, Int, Floats?, MutableFloats?) -> Void
/// A function of two matrices' rows, or of a matrix's and one row:
/// (rows, dim, x, y, z).
typealias RowPairKernel =
  (Int, Int, Floats?, Floats?, MutableFloats?) -> Void

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
    let (repeats, own) = try checkOperands(name, x, y)
    let (rows, dim) = (x.shape.rows, x.shape.last)
    let z = output(x.shape, from: x, y)
    z.isPartial = own != nil
    let part = x.numbers(own)
    walk(
      repeats, x, part, sign > 0 ? superb_add : superb_sub,
      { superb_add_row($0, $1, sign, $2, $3, $4) }, x.pointer, y.pointer,
      z.pointer)
    record(z) { [unowned self] dz in
      if let dx = x.wantedGradient {
        addScaled(
          dz + part.lowerBound, 1, count: part.count, to: dx + part.lowerBound)
      }
      guard let dy = y.wantedGradient else { return }
      if repeats {
        addColumnSums(
          dz, rows: rows, dim: dim, sign: sign, to: dy,
          over: x.blocks(rows: rows))
      } else {
        addScaled(
          dz + part.lowerBound, sign, count: part.count,
          to: dy + part.lowerBound)
      }
    }
    return z
  }

  /// x · y, number by number; y has x's shape, or is [D] and repeated over
  /// the rows of x.
  package func mul(_ x: Node, _ y: Node) throws -> Node {
    let (repeats, own) = try checkOperands("mul", x, y)
    let (rows, dim) = (x.shape.rows, x.shape.last)
    let z = output(x.shape, from: x, y)
    z.isPartial = own != nil
    let part = x.numbers(own)
    let (px, py) = (x.pointer, y.pointer)
    walk(repeats, x, part, superb_mul, superb_mul_row, px, py, z.pointer)
    record(z) { [unowned self] dz in
      if let dx = x.wantedGradient {
        walk(
          repeats, x, part, superb_multiply_add, superb_multiply_add_row, dz,
          py, dx)
      }
      guard let dy = y.wantedGradient else { return }
      if repeats {
        addColumnDots(
          dz, px, rows: rows, dim: dim, to: dy, over: x.blocks(rows: rows))
      } else {
        forEachPiece(in: part) { first, count in
          superb_multiply_add(count, dz + first, px + first, dy + first)
        }
      }
    }
    return z
  }

  /// x / y, number by number; y has x's shape, or is [D] and repeated over
  /// the rows of x. A divisor of 0 gives infinity or NaN, as PyTorch's does.
  package func divide(_ x: Node, _ y: Node) throws -> Node {
    let (repeats, own) = try checkOperands("div", x, y)
    let (rows, dim) = (x.shape.rows, x.shape.last)
    let z = output(x.shape, from: x, y)
    z.isPartial = own != nil
    let part = x.numbers(own)
    let (py, pz) = (y.pointer, z.pointer)
    walk(repeats, x, part, superb_divide, superb_divide_row, x.pointer, py, pz)
    record(z) { [unowned self] dz in
      if let dx = x.wantedGradient {
        walk(
          repeats, x, part, superb_divide_add, superb_divide_add_row, dz, py,
          dx)
      }
      // ∂(x / y) / ∂y = -z / y
      guard let dy = y.wantedGradient else { return }
      if repeats {
        let sums = zeros(dim)
        addColumnDots(
          dz, pz, rows: rows, dim: dim, to: sums, over: x.blocks(rows: rows))
        for column in 0..<dim { dy[column] -= sums[column] / py[column] }
      } else {
        forEachPiece(in: part) { first, count in
          superb_divisor_backward(
            count, dz + first, pz + first, py + first, dy + first)
        }
      }
    }
    return z
  }

  /// c from a, of the shape of `x`, and b, which is a row that `repeats` or
  /// of that shape, too.
  private func walk(
    _ repeats: Bool, _ x: Node, _ part: Range<Int>, _ whole: PairKernel,
    _ byRow: RowPairKernel, _ a: Floats, _ b: Floats, _ c: MutableFloats
  ) {
    if repeats {
      let dim = x.shape.last
      let rows = part.lowerBound / max(dim, 1)..<part.upperBound / max(dim, 1)
      forEachRowBlock(in: rows, dim: dim) { first, count in
        byRow(count, dim, a + first * dim, b, c + first * dim)
      }
    } else {
      forEachPiece(in: part) { first, count in
        whole(count, a + first, b + first, c + first)
      }
    }
  }

  /// factor · x + offset.
  package func scale(
    _ x: Node, by factor: Double, offset: Double = 0
  ) throws -> Node {
    let own = try share("scale", x)
    let part = x.numbers(own)
    let y = output(x.shape, from: x)
    y.isPartial = own != nil
    let (px, py) = (x.pointer, y.pointer)
    forEachPiece(in: part) { first, count in
      superb_affine(count, Float(factor), Float(offset), px + first, py + first)
    }
    record(y) { [unowned self] dy in
      let first = part.lowerBound
      addScaled(
        dy + first, Float(factor), count: part.count, to: x.gradient + first)
    }
    return y
  }

  /// y += factor · x.
  func addScaled(
    _ x: Floats, _ factor: Float, count: Int, to y: MutableFloats
  ) {
    forEachPiece(of: count) { first, count in
      superb_axpy(count, factor, x + first, y + first)
    }
  }

  /// out [dim] += sign · the sums over rows of x [rows, dim], whose rows lie
  /// `stride` numbers apart, `dim` unless said.
  func addColumnSums(
    _ x: Floats, rows: Int, dim: Int, stride: Int? = nil, sign: Float = 1,
    to out: MutableFloats, over blocks: RowBlocks? = nil
  ) {
    let stride = stride ?? dim
    addBlocks(blocks, rows: rows, count: dim, to: out) { rows, out in
      let x = x + rows.lowerBound * stride
      forEachColumnBlock(rows: rows.count, dim: dim) { first, count in
        superb_column_sums(
          rows.count, count, stride, sign, x + first, out + first)
      }
    }
  }

  /// out [dim] += the sums over rows of x · y, both [rows, dim].
  private func addColumnDots(
    _ x: Floats, _ y: Floats, rows: Int, dim: Int, to out: MutableFloats,
    over blocks: RowBlocks?
  ) {
    addBlocks(blocks, rows: rows, count: dim, to: out) { rows, out in
      let start = rows.lowerBound * dim
      forEachColumnBlock(rows: rows.count, dim: dim) { first, count in
        superb_column_dots(
          rows.count, count, dim, x + start + first, y + start + first,
          out + first)
      }
    }
  }

  /// Whether `y` is a row that is repeated, and the rows to make here (see
  /// ``share(_:_:_:alike:)``); an error if `y` is neither a row nor of the
  /// shape of `x`.
  private func checkOperands(
    _ name: String, _ x: Node, _ y: Node
  ) throws -> (repeats: Bool, own: Range<Int>?) {
    if x.shape == y.shape { return (false, try share(name, x, alike: [y])) }
    let own = try share(name, x, y)
    try require(
      y.shape.rank == 1 && x.shape.rank > 0 && x.shape.last == y.shape[0], name,
      "x is \(x.shape) and y \(y.shape): y must have x's shape or be a row")
    return (true, own)
  }
}
