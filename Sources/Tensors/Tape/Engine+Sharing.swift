/// A batch that several processes share: see ``RowExchange``.
///
/// An operator that works row by row, or utterance by utterance, makes the
/// rows of this process alone; its result, and what it sends back, hold no
/// others. Any other operator, and whoever reads numbers, has the rest brought
/// first. So what needs the whole batch has it, in every process.
extension Engine {
  /// Checks an operator's tensors, and says which rows of `x` it is to make
  /// here; nil if all, and all of them hold then.
  ///
  /// - Parameters:
  ///   - others: tensors that all processes have, such as weights.
  ///   - alike: of as many rows as `x`, cut like it.
  func share(
    _ name: String, _ x: Node, _ others: Node?..., alike: [Node] = []
  ) throws -> Range<Int>? {
    for node in [x] + others.compactMap(\.self) + alike {
      try checkUse(name, node)
    }
    if let blocks = x.blocks, x.shape.rank > 1,
      alike.allSatisfy({ $0.blocks == blocks })
    {
      for case let other? in others { complete(other) }
      return share(blocks, of: [x] + alike)
    }
    for node in [x] + others.compactMap(\.self) + alike { complete(node) }
    return nil
  }

  /// The same for tensors that have been checked, of utterances.
  ///
  /// - Parameter offsets: where each utterance's rows of `x` begin, and Σ.
  /// - Returns: utterances; nil if all, and all rows of `x` hold then.
  func shareUtterances(of x: Node, offsets: [Int]) -> Range<Int>? {
    guard let exchange, let utterances = batch?.utterances,
      let blocks = x.blocks, x.shape.rank > 1,
      blocks == self.blocks(of: offsets)
    else {
      complete(x)
      return nil
    }
    _ = share(blocks, of: [x])
    let own = exchange.share(utterances.count)
    return utterances.cuts[own.lowerBound]..<utterances.cuts[own.upperBound]
  }

  private func share(_ blocks: RowBlocks, of nodes: [Node]) -> Range<Int>? {
    guard let exchange else { return nil }
    for node in nodes { node.origin.gradientIsPartial = true }
    let own = exchange.share(blocks.count)
    return blocks.cuts[own.lowerBound]..<blocks.cuts[own.upperBound]
  }

  /// Brings the rows of `node` that other processes have made.
  func complete(_ node: Node) {
    let node = node.origin
    guard node.isPartial, let exchange, let blocks = node.blocks else { return }
    let width = node.count / max(node.shape[0], 1)
    exchange.gather(
      node.pointer, cuts: exchange.cuts(of: blocks.cuts, unit: width))
    node.isPartial = false
  }

  /// The same of its gradient, if it has one.
  package func completeGradient(of node: Node) {
    let node = node.origin
    guard node.gradientIsPartial, let exchange, let blocks = node.blocks,
      node.hasGradient
    else { return }
    let width = node.count / max(node.shape[0], 1)
    exchange.gather(
      node.gradient, cuts: exchange.cuts(of: blocks.cuts, unit: width))
    node.gradientIsPartial = false
  }

  /// Brings what other processes have made of each utterance's `width`
  /// numbers.
  func gatherUtterances(
    _ numbers: UnsafeMutablePointer<Float>, width: Int
  ) {
    guard let exchange, let utterances = batch?.utterances else { return }
    exchange.gather(
      numbers, cuts: exchange.cuts(of: utterances.cuts, unit: width))
  }
}

extension Node {
  /// The outermost rows as so many of the tensor seen as `rows` rows.
  func rows(_ own: Range<Int>?, of rows: Int) -> Range<Int> {
    guard let own else { return 0..<rows }
    let each = rows / max(shape[0], 1)
    return own.lowerBound * each..<own.upperBound * each
  }

  /// The outermost rows as numbers.
  func numbers(_ own: Range<Int>?) -> Range<Int> { rows(own, of: count) }
}
