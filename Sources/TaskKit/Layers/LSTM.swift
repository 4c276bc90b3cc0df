/// Long short-term memory over packed utterances, with PyTorch's parameters,
/// names and initialisation: uniform over ±1/√hidden.
public struct LSTM {
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
      layers, gates: 4, from: inputs, hidden: hidden,
      bidirectional: bidirectional, hasBias: hasBias, in: parameters)
    self.layers = layers
    isBidirectional = bidirectional
  }

  /// [Σ, inputs] -> [Σ, hidden], or [Σ, 2 · hidden] if bidirectional, where
  /// utterance i has the rows offsets[i] ..< offsets[i + 1].
  public func callAsFunction(_ x: Tensor, offsets: [Int64]) -> Tensor {
    x.lstm(offsets, weights, layers: layers, bidirectional: isBidirectional)
  }
}

extension RecurrentWeights {
  /// The parameters of a network of `gates` gates, by PyTorch's names.
  static func layers(
    _ layers: Int, gates: Int, from inputs: Int, hidden: Int,
    bidirectional: Bool, hasBias: Bool, in parameters: Parameters
  ) throws -> [RecurrentWeights] {
    let bound = 1 / Double(max(hidden, 1)).squareRoot()
    let directions = bidirectional ? ["", "_reverse"] : [""]
    return try (0..<layers).flatMap { layer in
      let width = layer == 0 ? inputs : hidden * directions.count
      return try directions.map { direction in
        func parameter(_ name: String, _ shape: [Int]) throws -> Tensor {
          try parameters.parameter(
            "\(name)_l\(layer)\(direction)", [gates * hidden] + shape,
            .uniform(-bound, bound))
        }
        return RecurrentWeights(
          input: try parameter("weight_ih", [width]),
          recurrent: try parameter("weight_hh", [hidden]),
          inputBias: hasBias ? try parameter("bias_ih", []) : nil,
          recurrentBias: hasBias ? try parameter("bias_hh", []) : nil)
      }
    }
  }
}
