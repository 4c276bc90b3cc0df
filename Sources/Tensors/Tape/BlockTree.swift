/// The tree that a batch's blocks are summed in, two by two.
enum BlockTree {
  /// How many of the blocks are the left branch's: the largest power of two
  /// below.
  static func left(_ count: Int) -> Int {
    1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
  }

  /// The largest branches that one process makes alone, in their order.
  struct Branches {
    private(set) var ranges: [Range<Int>] = []
    /// Where each process's branches begin, and the last one's end.
    let cuts: [Int]
    /// This process's.
    var own: Range<Int> { cuts[rank]..<cuts[rank + 1] }
    private let rank: Int

    init(of count: Int, among exchange: any RowExchange) {
      var ranges: [Range<Int>] = []
      var counts = [Int](repeating: 0, count: exchange.size)
      func walk(_ range: Range<Int>) {
        let owner = exchange.owner(of: range.lowerBound, count)
        if exchange.owner(of: range.upperBound - 1, count) == owner {
          ranges.append(range)
          counts[owner] += 1
        } else {
          let middle = range.lowerBound + BlockTree.left(range.count)
          walk(range.lowerBound..<middle)
          walk(middle..<range.upperBound)
        }
      }
      walk(0..<count)
      self.ranges = ranges
      rank = exchange.rank
      cuts = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    }

    /// The branch that begins and ends so, if it is one process's.
    func index(of range: Range<Int>) -> Int? { ranges.firstIndex(of: range) }
  }
}
