import Kernels

/// Products with few rows, as heads over pooled utterances have them: the
/// right factor is used as it lies.
extension Engine {
  private static let mostRows = 64
  /// What is worth a task of its own: some ten microseconds' work.
  private static let least = 1 << 19

  /// Whether ``multiplyFew(m:k:_:by:)`` has this product, and is faster.
  static func isFew(m: Int, _ factor: Factor) -> Bool {
    m <= mostRows && !factor.matrix.isTransposed
      && factor.n.isMultiple(of: 16)
  }

  /// A product that ``isFew(m:_:)``: to the bit what
  /// ``multiplyPacked(m:k:_:by:)`` makes.
  func multiplyFew(m: Int, k: Int, _ a: MatrixOperand, by factor: Factor) {
    let (b, n, y) = (factor.matrix, factor.n, factor.product)
    let turned = a.isTransposed ? make([m * k]) : nil
    if let out = turned?.pointer {
      let height = m * k <= Self.pieceElements ? k : 256
      parallel((k + height - 1) / height) { index in
        let row = index * height
        superb_transpose_rows(
          min(height, k - row), m, a.pointer + row * a.stride, a.stride,
          out + row, k)
      }
    }
    let x = turned.map { UnsafePointer($0.pointer) } ?? a.pointer
    let tasks = max(1, min(n / 64, m * n * k / Self.least))
    let stretches = Self.stretches(of: k)
    parallel(tasks) { task in
      // Whole vectors.
      let first = n / 16 * task / tasks * 16
      let end = n / 16 * (task + 1) / tasks * 16
      for (number, stretch) in stretches.enumerated() {
        superb_few(
          m, stretch.count, end - first, x + stretch.lowerBound,
          turned == nil ? a.stride : k,
          b.from(row: stretch.lowerBound, column: first).pointer, b.stride,
          number > 0 ? nil : factor.bias.map { $0 + first },
          factor.adding || number > 0 ? 1 : 0, y + first, n)
      }
    }
    turned?.release(into: &arena)
  }
}
