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

  /// As ``multiply(m:n:k:_:_:into:adding:)``. Cuts depend on the extents
  /// alone, and each number is one sum, in one order.
  func multiplyPacked(
    m: Int, n: Int, k: Int, _ a: MatrixOperand, _ b: MatrixOperand,
    into c: UnsafeMutablePointer<Float>, adding: Bool
  ) {
    let stretches = (k + Self.depth - 1) / Self.depth
    let most = (k + stretches - 1) / stretches
    let across = (n + Self.columns - 1) / Self.columns
    let height = min(Self.rows, max(64, (m + 7) / 8))
    let down = (m + height - 1) / height

    let right = make([across * Self.columns * most])
    // Rows a power of two apart would share the caches' few places.
    let leftStride = a.isTransposed ? (most + 15) / 16 * 16 + 16 : a.stride
    let left = a.isTransposed ? make([m * leftStride]) : nil
    let packed = right.pointer
    let turned = left?.pointer

    for stretch in 0..<stretches {
      let first = k * stretch / stretches
      let depth = k * (stretch + 1) / stretches - first
      parallel(across) { index in
        let column = index * Self.columns
        superb_dense_pack(
          Int64(depth), Int64(min(Self.columns, n - column)),
          b.from(row: first, column: column),
          b.isTransposed ? 1 : Int64(b.stride),
          b.isTransposed ? Int64(b.stride) : 1, packed + column * depth)
      }
      if let turned {
        parallel((m + 63) / 64) { index in
          let row = index * 64
          superb_transpose_rows(
            Int64(depth), Int64(min(64, m - row)),
            a.from(row: row, column: first), Int64(a.stride),
            turned + row * leftStride, Int64(leftStride))
        }
      }
      let adds = adding || stretch > 0
      parallel(across * down) { index in
        let (block, column) = (index / across, index % across * Self.columns)
        let row = m * block / down
        let y = c + row * n + column
        superb_dense(
          Int64(m * (block + 1) / down - row), Int64(depth),
          Int64(min(Self.columns, n - column)),
          turned.map { UnsafePointer($0 + row * leftStride) }
            ?? a.from(row: row, column: first),
          Int64(leftStride), packed + column * depth, nil, adds ? y : nil, 0,
          y, Int64(n))
      }
    }
    right.release(into: &arena)
    left?.release(into: &arena)
  }
}
