import Kernels

/// Large matrix products: both operands are laid out anew, once for all
/// tiles, where BLAS copies its share of them for each.
extension Engine {
  private static let hasWideRegisters = superb_dense_is_wide() != 0
  /// Sums are carried on from one stretch of the inner extent to the next:
  /// what is laid out at a time stays in the last cache.
  private static let depth = 1024
  /// A tile's columns, whole panels of the packed factor; and its most rows.
  private static let columns = 384
  private static let rows = 256

  /// Whether the layout costs little beside the product. Processors with
  /// narrow registers leave it to BLAS.
  static func packs(m: Int, n: Int, k: Int) -> Bool {
    hasWideRegisters && min(m, n, k) >= 128 && m * n * k >= 1 << 24
  }

  /// A right factor [k, n], and where the product with it goes: c, or c +=,
  /// rows of c `n` numbers apart.
  struct Factor {
    let n: Int
    let matrix: MatrixOperand
    let product: UnsafeMutablePointer<Float>
    let adding: Bool
    /// [n], added to each row.
    var bias: UnsafePointer<Float>?

    /// The same for the rows of the product from `row` on.
    func from(row: Int) -> Factor {
      Factor(
        n: n, matrix: matrix, product: product + row * n, adding: adding,
        bias: bias)
    }
  }

  /// As ``multiply(m:n:k:_:_:into:adding:)``. Cuts depend on the extents
  /// alone, and each number is one sum, in one order.
  func multiplyPacked(
    m: Int, n: Int, k: Int, _ a: MatrixOperand, _ b: MatrixOperand,
    into c: UnsafeMutablePointer<Float>, adding: Bool,
    plus bias: UnsafePointer<Float>? = nil
  ) {
    multiplyPacked(
      m: m, k: k, a,
      by: [Factor(n: n, matrix: b, product: c, adding: adding, bias: bias)])
  }

  /// Products of one left factor with several, for which it is laid out anew
  /// only once.
  func multiplyPacked(
    m: Int, k: Int, _ a: MatrixOperand, by factors: [Factor]
  ) {
    let stretches = (k + Self.depth - 1) / Self.depth
    let most = (k + stretches - 1) / stretches
    let widest = factors.map(\.n).max() ?? 0

    let right = make([
      (widest + Self.columns - 1) / Self.columns * Self.columns * most
    ])
    // Rows a power of two apart would share the caches' few places.
    let leftStride = a.isTransposed ? (most + 15) / 16 * 16 + 16 : a.stride
    let left = a.isTransposed ? make([m * leftStride]) : nil

    for stretch in 0..<stretches {
      let first = k * stretch / stretches
      let depth = k * (stretch + 1) / stretches - first
      if let turned = left?.pointer {
        parallel((m + 63) / 64) { index in
          let row = index * 64
          superb_transpose_rows(
            Int64(depth), Int64(min(64, m - row)),
            a.from(row: row, column: first), Int64(a.stride),
            turned + row * leftStride, Int64(leftStride))
        }
      }
      let rows = left.map { UnsafePointer($0.pointer) }
        ?? a.from(row: 0, column: first)
      for factor in factors {
        multiplyStretch(
          m: m, from: first, depth: depth, rows, stride: leftStride, factor,
          packed: right.pointer)
      }
    }
    right.release(into: &arena)
    left?.release(into: &arena)
  }

  /// Adds one stretch of the inner extent, the first of which may start the
  /// sums.
  private func multiplyStretch(
    m: Int, from first: Int, depth: Int, _ left: UnsafePointer<Float>,
    stride: Int, _ factor: Factor, packed: UnsafeMutablePointer<Float>
  ) {
    let (n, b) = (factor.n, factor.matrix)
    let across = (n + Self.columns - 1) / Self.columns
    let height = min(Self.rows, max(64, (m + 7) / 8))
    let down = (m + height - 1) / height
    parallel(across) { index in
      let column = index * Self.columns
      superb_dense_pack(
        Int64(depth), Int64(min(Self.columns, n - column)),
        b.from(row: first, column: column),
        b.isTransposed ? 1 : Int64(b.stride),
        b.isTransposed ? Int64(b.stride) : 1, packed + column * depth)
    }
    let adds = factor.adding || first > 0
    let bias = first > 0 ? nil : factor.bias
    parallel(across * down) { index in
      let (block, column) = (index / across, index % across * Self.columns)
      let row = m * block / down
      let y = factor.product + row * n + column
      superb_dense(
        Int64(m * (block + 1) / down - row), Int64(depth),
        Int64(min(Self.columns, n - column)), left + row * stride,
        Int64(stride), packed + column * depth, bias.map { $0 + column },
        adds ? y : nil, 0, y, Int64(n))
    }
  }
}
