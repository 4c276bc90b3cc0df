import TaskABI

/// The weights of one layer and direction of a recurrent network, as PyTorch
/// lays them out: the gates' rows behind one another.
public struct RecurrentWeights {
  /// [gates · hidden, inputs]
  public let input: Tensor
  /// [gates · hidden, hidden]
  public let recurrent: Tensor
  /// [gates · hidden]
  public let inputBias: Tensor?
  /// [gates · hidden]
  public let recurrentBias: Tensor?

  /// One layer and direction; biases may be nil.
  public init(
    input: Tensor, recurrent: Tensor, inputBias: Tensor? = nil,
    recurrentBias: Tensor? = nil
  ) {
    self.input = input
    self.recurrent = recurrent
    self.inputBias = inputBias
    self.recurrentBias = recurrentBias
  }

  fileprivate var contract: superb_recurrent_weights {
    var weights = superb_recurrent_weights()
    weights.struct_size = sizeField(of: superb_recurrent_weights.self)
    weights.input = input.handle
    weights.recurrent = recurrent.handle
    weights.input_bias = inputBias?.handle
    weights.recurrent_bias = recurrentBias?.handle
    return weights
  }

  fileprivate var firstNull: Tensor? {
    [input, recurrent, inputBias, recurrentBias].compactMap { $0 }
      .first(where: \.isNull)
  }
}

// In the shapes below Σ = offsets.last, and utterance i has the rows
// offsets[i] ..< offsets[i + 1]. Each utterance begins with a zero state.
extension Tensor {
  /// [Σ, D] -> [Σ, hidden], or [Σ, 2 · hidden] if bidirectional: a long
  /// short-term memory network. Weights lie layer by layer, forward before
  /// backward; gates are input, forget, cell, output.
  public func lstm(
    _ offsets: [Int64], _ weights: [RecurrentWeights], layers: Int = 1,
    bidirectional: Bool = false
  ) -> Tensor {
    recurrent(sequenceAPI.lstm, offsets, weights, layers, bidirectional)
  }

  /// [Σ, D] -> [Σ, hidden], or [Σ, 2 · hidden] if bidirectional: a network of
  /// gated recurrent units. Weights lie layer by layer, forward before
  /// backward; gates are reset, update, new.
  public func gru(
    _ offsets: [Int64], _ weights: [RecurrentWeights], layers: Int = 1,
    bidirectional: Bool = false
  ) -> Tensor {
    recurrent(sequenceAPI.gru, offsets, weights, layers, bidirectional)
  }

  private typealias Operator =
    @convention(c) (
      OpaquePointer?, UnsafePointer<Int64>?, Int64,
      UnsafePointer<UnsafePointer<superb_recurrent_weights>?>?, Int64, Int32
    ) -> OpaquePointer?

  private func recurrent(
    _ apply: Operator?, _ offsets: [Int64], _ weights: [RecurrentWeights],
    _ layers: Int, _ bidirectional: Bool
  ) -> Tensor {
    // A null bias means "none" to the host: a failed one must not pass.
    if let null = weights.lazy.compactMap(\.firstNull).first { return null }
    // The host reads as many sets as it is told of layers and directions.
    let sets = layers * (bidirectional ? 2 : 1)
    guard let apply, weights.count == sets, !offsets.isEmpty else {
      return Tensor(nil, operators)
    }
    let result = weights.map(\.contract).withUnsafeBufferPointer { sets in
      let pointers = sets.indices.map { index in
        sets.baseAddress.map { UnsafePointer($0 + index) }
      }
      return apply(
        handle, offsets, Int64(offsets.count - 1), pointers, Int64(layers),
        bidirectional ? 1 : 0)
    }
    return Tensor(result, operators)
  }
}
