extension Engine {
  /// A gated recurrent network over packed utterances, each from a zero
  /// state, with PyTorch's gates (reset, update, new) and its reset behind
  /// the product: x [Σ, D] → [Σ, hidden], or [Σ, 2 · hidden] if
  /// bidirectional.
  ///
  /// - Parameters:
  ///   - offsets: where each utterance's rows begin, and Σ behind them.
  ///   - weights: layer by layer, forward before backward.
  package func gru(
    _ x: Node, offsets: [Int], weights: [RecurrentWeights], layers: Int = 1,
    bidirectional: Bool = false
  ) throws -> Node {
    try recurrent(
      .gru, x, offsets: offsets, weights: weights, layers: layers,
      bidirectional: bidirectional)
  }
}
