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

  /// The sums of what `fill(block, places)` writes for each block. Where
  /// processes share the batch, each writes its own.
  func sumBlocks(
    _ blocks: RowBlocks, into sums: [BlockSum],
    _ fill: (Int, [Sums]) -> Void
  ) {
    let added = sums.filter(\.adding)
    withRoom(for: added) { room in
      var left = room[...]
      let places = sums.map {
        $0.adding ? left.removeFirst() : $0.pointer
      }
      if let exchange, blocks.count > 1 {
        sumSharedBlocks(blocks.count, of: sums, to: places, exchange, fill)
      } else {
        sumBranch(0..<blocks.count, of: sums, to: places, fill)
      }
      for (sum, room) in zip(added, room) {
        addScaled(room, 1, count: sum.count, to: sum.pointer)
      }
    }
  }

  private func withRoom(for sums: [BlockSum], _ body: ([Sums]) -> Void) {
    let room = sums.map { make([$0.count]) }
    body(room.map(\.pointer))
    for node in room { node.release(into: &arena) }
  }

  /// The sum over a branch of the tree; `leaf` writes what is not to be cut
  /// further, which are single blocks unless `isLeaf` says otherwise.
  private func sumBranch(
    _ range: Range<Int>, of sums: [BlockSum], to places: [Sums],
    isLeaf: (Range<Int>) -> Bool = { $0.count <= 1 },
    _ leaf: (Int, [Sums]) -> Void
  ) {
    guard !isLeaf(range) else { return leaf(range.lowerBound, places) }
    let middle = range.lowerBound + BlockTree.left(range.count)
    sumBranch(
      range.lowerBound..<middle, of: sums, to: places, isLeaf: isLeaf, leaf)
    withRoom(for: sums) { right in
      sumBranch(
        middle..<range.upperBound, of: sums, to: right, isLeaf: isLeaf, leaf)
      for (index, sum) in sums.enumerated() {
        addScaled(right[index], 1, count: sum.count, to: places[index])
      }
    }
  }

  /// Makes this process's branches of the tree, gets the others', and adds
  /// them as one process does.
  private func sumSharedBlocks(
    _ count: Int, of sums: [BlockSum], to places: [Sums],
    _ exchange: any RowExchange, _ fill: (Int, [Sums]) -> Void
  ) {
    let branches = BlockTree.Branches(of: count, among: exchange)
    let starts = sums.reduce(into: [0]) {
      $0.append($0[$0.count - 1] + $1.count)
    }
    let width = starts[sums.count]
    let all = make([branches.ranges.count * width])
    func room(of branch: Int) -> [Sums] {
      sums.indices.map { all.pointer + branch * width + starts[$0] }
    }
    for branch in branches.own {
      sumBranch(
        branches.ranges[branch], of: sums, to: room(of: branch), fill)
    }
    exchange.gather(all.pointer, cuts: branches.cuts.map { $0 * width })
    sumBranch(
      0..<count, of: sums, to: places,
      isLeaf: { branches.index(of: $0) != nil }
    ) { first, places in
      let branch = branches.ranges.firstIndex { $0.lowerBound == first } ?? 0
      for (index, sum) in sums.enumerated() {
        places[index].update(
          from: all.pointer + branch * width + starts[index],
          count: sum.count)
      }
    }
    all.release(into: &arena)
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
    let middle = BlockTree.left(terms.count)
    return sumTree(Array(terms[..<middle])) + sumTree(Array(terms[middle...]))
  }
}
