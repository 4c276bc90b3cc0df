import CBLAS

/// A matrix as BLAS takes it: rows `stride` numbers apart, used as it lies or
/// transposed.
package struct MatrixOperand {
  let pointer: UnsafePointer<Float>
  let stride: Int
  let isTransposed: Bool

  package init(
    _ pointer: UnsafePointer<Float>, stride: Int, transposed: Bool = false
  ) {
    self.pointer = pointer
    self.stride = stride
    self.isTransposed = transposed
  }

  /// The operand from row `row` and column `column` of its product form on.
  func from(row: Int, column: Int) -> MatrixOperand {
    let first =
      isTransposed ? column * stride + row : row * stride + column
    return MatrixOperand(
      pointer + first, stride: stride, transposed: isTransposed)
  }
}

/// How the result of a matrix product is cut into tiles that are computed
/// apart. It depends on the extents alone; a longer inner extent is walked in
/// pieces of ``depth``, one after the other, so that each number is one sum,
/// in one order.
struct MatrixTiling: Equatable {
  let rows: Int
  let columns: Int

  /// Up to this many multiplications OpenBLAS has kernels that do not copy
  /// their operands first. For products with a short side these are up to
  /// twice as fast as one call for all.
  static let small = 1_000_000
  /// The most that a tile's inner extent is worth: beyond it, tiles of the
  /// same work would be too narrow to repay the copies.
  static let depth = 512
  /// What is short.
  static let shortSide = 64
  /// Tiles of other products are an eighth of it, within these bounds: many
  /// enough to share out, and large enough to repay the copies.
  static let large = 4_000_000...110_000_000

  init(m: Int, n: Int, k: Int) {
    let limit =
      min(m, n, k) <= Self.shortSide
      ? Self.small
      : min(max(m * n * k / 8, Self.large.lowerBound), Self.large.upperBound)
    // Halving the longer side keeps tiles square, which re-uses most; edges
    // are multiples of the 16 that BLAS kernels like.
    func half(_ side: Int) -> Int { (side / 2 + 15) / 16 * 16 }
    var (rows, columns) = (m, n)
    while rows * columns * k > limit, max(rows, columns) > 16 {
      if rows >= columns {
        rows = half(rows)
      } else {
        columns = half(columns)
      }
    }
    self.rows = rows
    self.columns = columns
  }
}

extension Engine {
  /// c [m, n] = a [m, k] · b [k, n] + bias [n], or c += that; rows of c lie
  /// `n` numbers apart.
  package func multiply(
    m: Int, n: Int, k: Int, _ a: MatrixOperand, _ b: MatrixOperand,
    into c: UnsafeMutablePointer<Float>, adding: Bool = false,
    plus bias: UnsafePointer<Float>? = nil
  ) {
    multiply(
      m: m, k: k, a,
      by: [Factor(n: n, matrix: b, product: c, adding: adding, bias: bias)])
  }

  /// Products of one left factor with several.
  func multiply(m: Int, k: Int, _ a: MatrixOperand, by factors: [Factor]) {
    let factors = factors.filter { m > 0 && $0.n > 0 }
    if KernelChoice.isOwn, k > 0, !factors.isEmpty {
      return multiplyPacked(m: m, k: k, a, by: factors)
    }
    for factor in factors {
      let (n, c) = (factor.n, factor.product)
      if let bias = factor.bias {
        forEachRowBlock(rows: m, dim: n) { first, count in
          for row in first..<first + count {
            (c + row * n).update(from: bias, count: n)
          }
        }
      } else if k == 0, !factor.adding {
        c.update(repeating: 0, count: m * n)
      }
      guard k > 0 else { continue }
      multiplyByBLAS(
        m: m, n: n, k: k, a, factor.matrix, into: c,
        adding: factor.adding || factor.bias != nil)
    }
  }

  /// Products of one left factor with several, the inner extent being rows of
  /// a batch: the products of its blocks are summed.
  func multiply(
    m: Int, k: Int, _ a: MatrixOperand, by factors: [Factor],
    over blocks: RowBlocks?
  ) {
    guard let blocks else { return multiply(m: m, k: k, a, by: factors) }
    sumBlocks(
      blocks,
      into: factors.map {
        BlockSum(pointer: $0.product, count: m * $0.n, adding: $0.adding)
      }
    ) { block, places in
      let first = blocks[block].lowerBound
      multiply(
        m: m, k: blocks[block].count, a.from(row: 0, column: first),
        by: zip(factors, places).map { factor, place in
          Factor(
            n: factor.n, matrix: factor.matrix.from(row: first, column: 0),
            product: place, adding: false)
        })
    }
  }

  /// c = a · b, or c += that, all extents positive, in tiles that BLAS
  /// computes.
  package func multiplyByBLAS(
    m: Int, n: Int, k: Int, _ a: MatrixOperand, _ b: MatrixOperand,
    into c: UnsafeMutablePointer<Float>, adding: Bool
  ) {
    let depth = MatrixTiling.depth
    guard k <= 2 * depth else {
      for first in stride(from: 0, to: k, by: depth) {
        multiplyByBLAS(
          m: m, n: n, k: min(depth, k - first),
          a.from(row: 0, column: first), b.from(row: first, column: 0),
          into: c, adding: adding || first > 0)
      }
      return
    }
    let tiling = MatrixTiling(m: m, n: n, k: k)
    let across = (n + tiling.columns - 1) / tiling.columns
    let down = (m + tiling.rows - 1) / tiling.rows
    parallel(across * down) { index in
      let row = index / across * tiling.rows
      let column = index % across * tiling.columns
      Self.sgemm(
        min(tiling.rows, m - row), min(tiling.columns, n - column), k, 1,
        a.from(row: row, column: 0), b.from(row: 0, column: column),
        to: c + row * n + column, stride: n, adding: adding)
    }
  }

  /// c [m, n] = scale · a [m, k] · b [k, n], or c += that, by one call of
  /// BLAS; rows of c lie `stride` numbers apart.
  static func sgemm(
    _ m: Int, _ n: Int, _ k: Int, _ scale: Float, _ a: MatrixOperand,
    _ b: MatrixOperand, to c: UnsafeMutablePointer<Float>, stride: Int,
    adding: Bool
  ) {
    cblas_sgemm(
      CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
      b.isTransposed ? CblasTrans : CblasNoTrans, Int32(clamping: m),
      Int32(clamping: n), Int32(clamping: k), scale, a.pointer,
      Int32(clamping: max(a.stride, 1)), b.pointer,
      Int32(clamping: max(b.stride, 1)), adding ? 1 : 0, c,
      Int32(clamping: stride))
  }
}
