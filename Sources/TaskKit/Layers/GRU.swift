/// Gated recurrent units over packed utterances, with PyTorch's parameters,
/// names and initialisation: uniform over ±1/√hidden.
public struct GRU {
  /// Layer by layer, forward before backward.
  public let weights: [RecurrentWeights]
  /// How many layers lie on one another.
  public let layers: Int
  /// Whether each layer also runs from the end to the beginning.
  public let isBidirectional: Bool

  /// Makes "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", the
  /// same with "_reverse", and so on for "l1", … in `parameters`.
  public init(
    from inputs: Int, hidden: Int, layers: Int = 1,
    bidirectional: Bool = false, hasBias: Bool = true,
    in parameters: Parameters
  ) throws {
    weights = try RecurrentWeights.layers(
      layers, gates: 3, from: inputs, hidden: hidden,
      bidirectional: bidirectional, hasBias: hasBias, in: parameters)
    self.layers = layers
    isBidirectional = bidirectional
  }

  /// [Σ, inputs] -> [Σ, hidden], or [Σ, 2 · hidden] if bidirectional, where
  /// utterance i has the rows offsets[i] ..< offsets[i + 1].
  public func callAsFunction(_ x: Tensor, offsets: [Int64]) -> Tensor {
    x.gru(offsets, weights, layers: layers, bidirectional: isBidirectional)
  }
}
