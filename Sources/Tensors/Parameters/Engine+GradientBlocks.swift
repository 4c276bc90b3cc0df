/// Gradients of a batch that goes through a model utterance by utterance: see
/// ``RowBlocks``.
extension Engine {
  /// As many blocks as a batch of so many utterances falls into at most. The
  /// tree keeps two more copies of the gradients, so they are few.
  private static let mostGradientBlocks = 4

  private static func gradientBlocks(of utterances: Int) -> Int {
    var count = mostGradientBlocks
    while count > max(utterances, 1) { count /= 2 }
    return count
  }

  /// Which of a batch's utterances this process makes; all if nobody shares
  /// them.
  package static func gradientShare(
    of utterances: Int, among exchange: (any RowExchange)?
  ) -> [Int] {
    guard let exchange else { return [0, utterances] }
    let count = gradientBlocks(of: utterances)
    return exchange.cuts(of: (0...count).map { utterances * $0 / count })
  }

  /// Adds to the parameters' gradients those that `add` leaves there for each
  /// utterance, summed block by block in a tree.
  ///
  /// - Parameter exchange: the processes that each make some blocks, if there
  ///   are several.
  package static func sumGradients(
    of engines: [Engine], utterances: Int,
    among exchange: (any RowExchange)? = nil, _ add: (Int) throws -> Void
  ) rethrows {
    let count = gradientBlocks(of: utterances)
    func fill(_ blocks: Range<Int>) throws {
      guard blocks.count > 1 else {
        let block = blocks.lowerBound
        for utterance in utterances * block / count..<utterances * (block + 1)
          / count
        {
          try add(utterance)
        }
        return
      }
      let middle = (blocks.lowerBound + blocks.upperBound) / 2
      try fill(blocks.lowerBound..<middle)
      try apart(from: engines) { try fill(middle..<blocks.upperBound) }
    }
    guard let exchange else {
      return try apart(from: engines) { try fill(0..<count) }
    }
    let nodes = engines.flatMap { $0.parameters.map(\.node) }
    let branches = BlockTree.Branches(of: count, among: exchange)
    var made: [Int: [Arena.Block?]] = [:]
    try apart(from: engines) {
      for branch in branches.own {
        try fill(branches.ranges[branch])
        made[branch] = nodes.map { $0.takeGradient() }
      }
      addBranches(made, of: nodes, count, branches, exchange)
    }
  }

  /// Gives each node the sum of the branches that all processes have made.
  private static func addBranches(
    _ made: [Int: [Arena.Block?]], of nodes: [Node], _ count: Int,
    _ branches: BlockTree.Branches, _ exchange: any RowExchange
  ) {
    // Not every utterance reaches every parameter. [branches, nodes]
    var isMade = [UInt8](
      repeating: 0, count: branches.ranges.count * nodes.count)
    for (branch, blocks) in made {
      for (place, block) in blocks.enumerated() where block != nil {
        isMade[branch * nodes.count + place] = 1
      }
    }
    exchange.gather(&isMade, cuts: branches.cuts.map { $0 * nodes.count })
    for (place, node) in nodes.enumerated() {
      let known = branches.ranges.indices.map {
        isMade[$0 * nodes.count + place] == 1
      }
      guard known.contains(true) else { continue }
      let engine = node.engine
      let all = engine.arena.allocate(branches.ranges.count * node.count)
      defer { engine.arena.release(all) }
      for (branch, blocks) in made {
        guard let block = blocks[place] else { continue }
        (all.pointer + branch * node.count).update(
          from: block.pointer, count: node.count)
        engine.arena.release(block)
      }
      exchange.gather(all.pointer, cuts: branches.cuts.map { $0 * node.count })
      func sum(_ range: Range<Int>) -> Arena.Block? {
        if let branch = branches.index(of: range) {
          guard known[branch] else { return nil }
          let block = engine.arena.allocate(node.count)
          block.pointer.update(
            from: all.pointer + branch * node.count, count: node.count)
          return block
        }
        let middle = range.lowerBound + BlockTree.left(range.count)
        let (left, right) = (
          sum(range.lowerBound..<middle), sum(middle..<range.upperBound)
        )
        guard let left, let right else { return left ?? right }
        engine.addScaled(left.pointer, 1, count: node.count, to: right.pointer)
        engine.arena.release(left)
        return right
      }
      if let sum = sum(0..<count) { node.addGradient(sum) }
    }
  }

  /// Adds the gradients that `body` makes, from none on, to those there are.
  private static func apart(
    from engines: [Engine], _ body: () throws -> Void
  ) rethrows {
    let before = engines.map { $0.parameters.map { $0.node.takeGradient() } }
    defer {
      for (engine, blocks) in zip(engines, before) {
        for (parameter, block) in zip(engine.parameters, blocks) {
          if let block { parameter.node.addGradient(block) }
        }
      }
    }
    try body()
  }
}
