/// Sums over the rows of a batch: see ``RowBlocks``.
extension Engine {
  /// Says that `features`, [Σ, D], are the rows of a batch's utterances, which
  /// the step's sums are cut by.
  package func beginBatch(_ features: Node, offsets: [Int]) {
    batch = BatchBlocks(offsets: offsets)
    features.blocks = blocks(of: offsets)
  }

  /// Those of a tensor that holds the batch's utterances.
  func blocks(of offsets: [Int]) -> RowBlocks? { batch?.rows(offsets) }

  typealias Sums = UnsafeMutablePointer<Float>

  /// Where a sum over blocks goes: `count` numbers, to be overwritten or
  /// added to.
  struct BlockSum {
    let pointer: Sums
    let count: Int
    let adding: Bool
  }

  /// The sums of what `fill(block, places)` writes for each block.
  func sumBlocks(
    _ blocks: RowBlocks, into sums: [BlockSum],
    _ fill: (Int, [Sums]) -> Void
  ) {
    func withRoom(
      for sums: [BlockSum], _ body: ([Sums]) -> Void
    ) {
      let room = sums.map { make([$0.count]) }
      body(room.map(\.pointer))
      for node in room { node.release(into: &arena) }
    }
    func fillTree(_ range: Range<Int>, _ places: [Sums]) {
      guard range.count > 1 else { return fill(range.lowerBound, places) }
      let middle = range.lowerBound + Self.left(range.count)
      fillTree(range.lowerBound..<middle, places)
      withRoom(for: sums) { right in
        fillTree(middle..<range.upperBound, right)
        for (index, sum) in sums.enumerated() {
          addScaled(right[index], 1, count: sum.count, to: places[index])
        }
      }
    }
    let added = sums.filter(\.adding)
    withRoom(for: added) { room in
      var left = room[...]
      fillTree(
        0..<blocks.count,
        sums.map { $0.adding ? left.removeFirst() : $0.pointer })
      for (sum, room) in zip(added, room) {
        addScaled(room, 1, count: sum.count, to: sum.pointer)
      }
    }
  }

  /// sum [count] += what `add(rows, sum)` adds of some rows, block by block.
  func addBlocks(
    _ blocks: RowBlocks?, rows: Int, count: Int, to sum: Sums,
    _ add: (Range<Int>, Sums) -> Void
  ) {
    guard let blocks else { return add(0..<rows, sum) }
    let target = BlockSum(pointer: sum, count: count, adding: true)
    sumBlocks(blocks, into: [target]) { block, places in
      places[0].update(repeating: 0, count: count)
      add(blocks[block], places[0])
    }
  }

  /// The sum of `term(first, count)` over pieces of 0 ..< count, block by
  /// block.
  func sumOverPieces(
    of count: Int, _ blocks: RowBlocks?, _ term: (Int, Int) -> Double
  ) -> Double {
    guard let blocks else { return sumOverPieces(of: count, term) }
    return Self.sumTree(
      (0..<blocks.count).map { block in
        let start = blocks[block].lowerBound
        return sumOverPieces(of: blocks[block].count) { term(start + $0, $1) }
      })
  }

  /// The sum of numbers that each belong to one of the batch's utterances,
  /// whose rows are those of `x`.
  func sum(_ terms: [Double], ofUtterancesOf x: Node) -> Double {
    guard x.blocks != nil, let utterances = batch?.utterances else {
      return terms.reduce(0, +)
    }
    return Self.sumTree(
      (0..<utterances.count).map { terms[utterances[$0]].reduce(0, +) })
  }

  static func sumTree(_ terms: [Double]) -> Double {
    guard terms.count > 1 else { return terms.first ?? 0 }
    let middle = left(terms.count)
    return sumTree(Array(terms[..<middle])) + sumTree(Array(terms[middle...]))
  }

  /// How many of the terms are the left branch's: the largest power of two
  /// below.
  private static func left(_ count: Int) -> Int {
    1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
  }
}
