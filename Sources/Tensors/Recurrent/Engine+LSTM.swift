extension Engine {
  /// A long short-term memory network over packed utterances, each from a
  /// zero state, with PyTorch's gates (input, forget, cell, output):
  /// x [Σ, D] → [Σ, hidden], or [Σ, 2 · hidden] if bidirectional.
  ///
  /// - Parameters:
  ///   - offsets: where each utterance's rows begin, and Σ behind them.
  ///   - weights: layer by layer, forward before backward.
  package func lstm(
    _ x: Node, offsets: [Int], weights: [RecurrentWeights], layers: Int = 1,
    bidirectional: Bool = false
  ) throws -> Node {
    try recurrent(
      .lstm, x, offsets: offsets, weights: weights, layers: layers,
      bidirectional: bidirectional)
  }
}
