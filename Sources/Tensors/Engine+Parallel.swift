/// How work is cut into pieces. The cuts depend on the sizes alone, so that a
/// sum over a piece has the same bits on any number of threads.
extension Engine {
  /// What a piece should hold at least: some ten microseconds' work.
  static let pieceElements = 16384

  /// Calls `body(first, count)` for pieces of 0 ..< count, whose starts are
  /// multiples of 64.
  func forEachPiece(of count: Int, _ body: (Int, Int) -> Void) {
    forEachPiece(of: count, size: Self.pieceElements, body)
  }

  /// The same of the numbers of a part.
  func forEachPiece(in part: Range<Int>, _ body: (Int, Int) -> Void) {
    forEachPiece(of: part.count) { body(part.lowerBound + $0, $1) }
  }

  private func forEachPiece(
    of count: Int, size: Int, _ body: (Int, Int) -> Void
  ) {
    guard count > size else {
      if count > 0 { body(0, count) }
      return
    }
    parallel((count + size - 1) / size) { index in
      let first = index * size
      body(first, min(size, count - first))
    }
  }

  /// Calls `body(first, count)` for blocks of whole rows, `dim` wide.
  func forEachRowBlock(rows: Int, dim: Int, _ body: (Int, Int) -> Void) {
    forEachPiece(of: rows, size: max(1, Self.pieceElements / max(dim, 1)), body)
  }

  /// The same of some of the rows.
  func forEachRowBlock(
    in rows: Range<Int>, dim: Int, _ body: (Int, Int) -> Void
  ) {
    forEachRowBlock(rows: rows.count, dim: dim) {
      body(rows.lowerBound + $0, $1)
    }
  }

  /// Calls `body(first, count)` for blocks of columns of a matrix, all rows
  /// high: for sums over rows.
  func forEachColumnBlock(rows: Int, dim: Int, _ body: (Int, Int) -> Void) {
    forEachPiece(
      of: dim, size: max(64, Self.pieceElements / max(rows, 1) / 16 * 16),
      body)
  }

  /// Calls `body(slice, first, count)` for blocks of columns of each of
  /// `slices` matrices [rows, dim]: of one matrix in several blocks, of more
  /// than one in whole matrices.
  func forEachSlice(
    _ slices: Int, rows: Int, dim: Int, _ body: (Int, Int, Int) -> Void
  ) {
    if slices == 1 {
      forEachColumnBlock(rows: rows, dim: dim) { body(0, $0, $1) }
    } else if dim > 0 {
      forEachRowBlock(rows: slices, dim: rows * dim) { first, count in
        for slice in first..<first + count { body(slice, 0, dim) }
      }
    }
  }

  /// The sum of `term(first, count)` over pieces of 0 ..< count, in order.
  func sumOverPieces(of count: Int, _ term: (Int, Int) -> Double) -> Double {
    let size = Self.pieceElements
    guard count > size else { return count > 0 ? term(0, count) : 0 }
    return terms((count + size - 1) / size) { index in
      let first = index * size
      return term(first, min(size, count - first))
    }.reduce(0, +)
  }

  /// `term(index)` for each index below `count`, computed on any thread.
  func terms(_ count: Int, _ term: (Int) -> Double) -> [Double] {
    [Double](unsafeUninitializedCapacity: count) { terms, filled in
      let terms = terms.baseAddress
      parallel(count) { terms?[$0] = term($0) }
      filled = count
    }
  }
}
