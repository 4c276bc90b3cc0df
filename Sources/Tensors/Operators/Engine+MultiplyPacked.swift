import Kernels

/// Matrix products: both operands are laid out anew, once for all tiles,
/// where BLAS copies its share of them for each.
extension Engine {
  /// Sums are carried on from one stretch of the inner extent to the next:
  /// what is laid out at a time stays in the last cache.
  private static let depth = 1024

  static func stretches(of k: Int) -> [Range<Int>] {
    ConvolutionPass.cuts(of: k, most: depth)
  }

  /// A right factor [k, n], and where the product with it goes: c, or c +=,
  /// rows of c `n` numbers apart. Where there is a bias, nothing else is added
  /// to.
  struct Factor {
    let n: Int
    let matrix: MatrixOperand
    let product: UnsafeMutablePointer<Float>
    let adding: Bool
    /// [n], added to each row.
    var bias: UnsafePointer<Float>?

    /// The product's rows from `row` on.
    func from(row: Int) -> Factor {
      Factor(
        n: n, matrix: matrix, product: product + row * n, adding: adding,
        bias: bias)
    }
  }

  /// Products of one left factor with several, for which it is laid out anew
  /// only once; all extents positive. Cuts depend on the extents alone, and
  /// each number is one sum, in one order.
  func multiplyPacked(
    m: Int, k: Int, _ a: MatrixOperand, by factors: [Factor]
  ) {
    for factor in factors where Self.isFew(m: m, factor) {
      multiplyFew(m: m, k: k, a, by: factor)
    }
    let factors = factors.filter { !Self.isFew(m: m, $0) }
    guard !factors.isEmpty else { return }
    let stretches = Self.stretches(of: k)
    let most = (k + stretches.count - 1) / stretches.count
    let widest = factors.map(\.n).max() ?? 0

    let right = make([(widest + 63) / 64 * 64 * most])
    // Rows a power of two apart would share the caches' few places.
    let leftStride = a.isTransposed ? (most + 15) / 16 * 16 + 16 : a.stride
    let left = a.isTransposed ? make([m * leftStride]) : nil

    for stretch in stretches {
      let (first, depth) = (stretch.lowerBound, stretch.count)
      if let turned = left?.pointer {
        let height = m * depth <= Self.pieceElements ? m : 64
        parallel((m + height - 1) / height) { index in
          let row = index * height
          superb_transpose_rows(
            depth, min(height, m - row),
            a.from(row: row, column: first).pointer, a.stride,
            turned + row * leftStride, leftStride)
        }
      }
      let rows =
        left.map { UnsafePointer($0.pointer) }
        ?? a.from(row: 0, column: first).pointer
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
    let cut = PackedTiling(m: m, n: n, k: depth)
    let adds = factor.adding || first > 0
    let bias = first > 0 ? nil : factor.bias
    func pack(_ place: Int) {
      let (column, width) = cut.columns(of: place)
      superb_dense_pack(
        depth, width, b.from(row: first, column: column).pointer,
        b.isTransposed ? 1 : b.stride, b.isTransposed ? b.stride : 1,
        packed + column * depth)
    }
    func multiply(_ rows: Range<Int>, _ place: Int) {
      let (column, width) = cut.columns(of: place)
      let y = factor.product + rows.lowerBound * n + column
      superb_dense(
        rows.count, depth, width,
        left + rows.lowerBound * stride, stride,
        packed + column * depth, bias.map { $0 + column }, adds ? y : nil, 0,
        y, n)
    }
    guard cut.down > 1 else {
      // What only one tile reads is still in its core's cache.
      parallel(cut.across) { index in
        pack(index)
        multiply(0..<m, index)
      }
      return
    }
    parallel(cut.across) { pack($0) }
    parallel(cut.across * cut.down) { index in
      multiply(cut.rows(of: index / cut.across), index % cut.across)
    }
  }
}

/// How a product [m, n] over `k` is cut into tiles that are computed apart.
/// The cut decides who computes a number, not how it is summed.
private struct PackedTiling {
  private let m: Int
  private let n: Int
  /// A tile's columns, whole panels of the packed factor.
  private var width: Int
  let down: Int
  var across: Int { (n + width - 1) / width }

  /// What is worth a tile of its own: some twenty microseconds' work.
  private static let least = 1 << 20

  init(m: Int, n: Int, k: Int) {
    (self.m, self.n) = (m, n)
    // Not worth waking a thread for.
    if m * n * k <= Self.least / 2 {
      (width, down) = (n, 1)
      return
    }
    width = 384
    let height = min(256, max(64, (m + 7) / 8))
    down = (m + height - 1) / height
    // A few rows: columns are what can be shared out.
    while width > 64, across * down < 8,
      m * n * k > Self.least * across * down
    {
      width = width == 384 ? 192 : 64
    }
  }

  func columns(of index: Int) -> (first: Int, count: Int) {
    (index * width, min(width, n - index * width))
  }

  func rows(of index: Int) -> Range<Int> {
    m * index / down..<m * (index + 1) / down
  }
}

extension Engine {
  /// c [m, n] = scale · a [m, k] · b [k, n], or c += that, rows of c `stride`
  /// numbers apart: on the calling thread, and with memory of its own. Nothing
  /// where an extent is 0.
  static func multiplyAlone(
    _ m: Int, _ n: Int, _ k: Int, _ scale: Float, _ a: MatrixOperand,
    _ b: MatrixOperand, to c: UnsafeMutablePointer<Float>, stride: Int,
    adding: Bool
  ) {
    guard m > 0, n > 0, k > 0 else { return }
    guard KernelChoice.isOwn else {
      return sgemm(m, n, k, scale, a, b, to: c, stride: stride, adding: adding)
    }
    let right = superb_dense_room(k, n)
    let leftStride = a.isTransposed ? (k + 15) / 16 * 16 + 16 : a.stride
    withUnsafeTemporaryAllocation(
      byteCount: (right + (a.isTransposed ? m * leftStride : 0)) * 4,
      alignment: 64
    ) { room in
      let room = room.bindMemory(to: Float.self)
      guard let packed = room.baseAddress else { return }
      superb_dense_pack(
        k, n, b.pointer, b.isTransposed ? 1 : b.stride,
        b.isTransposed ? b.stride : 1, packed)
      if scale != 1 { superb_affine(right, scale, 0, packed, packed) }
      if a.isTransposed {
        superb_transpose_rows(
          k, m, a.pointer, a.stride, packed + right, leftStride)
      }
      superb_dense(
        m, k, n, a.isTransposed ? UnsafePointer(packed + right) : a.pointer,
        leftStride, packed, nil, adding ? UnsafePointer(c) : nil, 0, c, stride)
    }
  }
}
