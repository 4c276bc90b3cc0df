import Kernels

extension Engine {
  /// Inverted dropout: in training each number becomes 0 with `probability`
  /// and else x / (1 - probability); in evaluation x itself.
  ///
  /// The draws are a function of the seed, the ``step`` and how many dropouts
  /// the step has had; nothing is kept for the backward pass, which draws
  /// them again.
  package func dropout(_ x: Node, probability: Double) throws -> Node {
    try checkUse("dropout", x)
    try require(
      (0...1).contains(probability), "dropout",
      "\(probability) is no probability")
    guard isTraining, probability > 0 else { return x }
    let stream = CounterRandom.stream("dropout/\(step)/\(dropoutCalls)")
    dropoutCalls += 1
    if probability == 1 { return try scale(x, by: 0) }

    let seed = random.seed
    let threshold = UInt32(clamping: Int((probability * 0x1p32).rounded()))
    let factor = Float(1 / (1 - probability))
    let own = try share("dropout", x)
    // Draws come by fours; a neighbour's rows are no loss.
    let numbers = x.numbers(own)
    let end = (numbers.upperBound + 3) / 4 * 4
    let part = numbers.lowerBound / 4 * 4..<min(x.count, end)
    let y = output(x.shape, from: x)
    y.isPartial = own != nil
    let (px, py) = (x.pointer, y.pointer)
    forEachPiece(in: part) { first, count in
      superb_dropout(
        seed, stream, first, count, threshold, factor, px + first, py + first)
    }
    record(y) { [unowned self] dy in
      let dx = x.gradient
      forEachPiece(in: part) { first, count in
        superb_dropout_backward(
          seed, stream, first, count, threshold, factor, dy + first, dx + first)
      }
    }
    return y
  }
}
