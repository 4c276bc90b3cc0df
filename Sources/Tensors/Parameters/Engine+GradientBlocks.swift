/// Gradients of a batch that goes through a model utterance by utterance: see
/// ``RowBlocks``.
extension Engine {
  /// As many blocks as a batch of so many utterances falls into at most. The
  /// tree keeps two more copies of the gradients, so they are few.
  private static let mostGradientBlocks = 4

  /// Adds to the parameters' gradients those that `add` leaves there for each
  /// utterance, summed block by block in a tree.
  package static func sumGradients(
    of engines: [Engine], utterances: Int, _ add: (Int) throws -> Void
  ) rethrows {
    var count = mostGradientBlocks
    while count > max(utterances, 1) { count /= 2 }
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
    try apart(from: engines) { try fill(0..<count) }
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
