import TaskABI

extension TensorExtension {
  static func setRecurrent(_ api: inout superb_sequence_api) {
    api.lstm = { x, offsets, count, weights, layers, bidirectional in
      recurrent(.lstm, x, offsets, count, weights, layers, bidirectional)
    }
    api.gru = { x, offsets, count, weights, layers, bidirectional in
      recurrent(.gru, x, offsets, count, weights, layers, bidirectional)
    }
  }
}

private func recurrent(
  _ cell: RecurrentCell, _ x: OpaquePointer?,
  _ offsets: UnsafePointer<Int64>?, _ count: Int64,
  _ weights: UnsafePointer<UnsafePointer<superb_recurrent_weights>?>?,
  _ layers: Int64, _ bidirectional: Int32
) -> OpaquePointer? {
  let name = cell.rawValue
  return unary(x) { engine, x in
    guard let offsets, count >= 0, count < Int64(Int32.max) else {
      throw OperatorError(name, "no offsets for \(count) utterances")
    }
    guard let weights, layers > 0, layers < Int64(Int16.max) else {
      throw OperatorError(name, "no weights for \(layers) layers")
    }
    let sets = Int(layers) * (bidirectional == 0 ? 1 : 2)
    return try engine.recurrent(
      cell, x, offsets: (0...Int(count)).map { Int(clamping: offsets[$0]) },
      weights: (0..<sets).map {
        try RecurrentWeights(name, contract: weights[$0])
      }, layers: Int(layers), bidirectional: bidirectional != 0)
  }
}

extension RecurrentWeights {
  /// As a task gives them.
  fileprivate init(
    _ name: String, contract: UnsafePointer<superb_recurrent_weights>?
  ) throws {
    let whole = MemoryLayout<superb_recurrent_weights>.size
    guard let contract, Int(contract.pointee.struct_size) >= whole else {
      throw OperatorError(
        name, "superb_recurrent_weights is null or has a wrong struct_size")
    }
    guard let input = Node.behind(contract.pointee.input),
      let recurrent = Node.behind(contract.pointee.recurrent)
    else {
      throw OperatorError(name, "input or recurrent weights are null")
    }
    self.init(
      input: input, recurrent: recurrent,
      inputBias: Node.behind(contract.pointee.input_bias),
      recurrentBias: Node.behind(contract.pointee.recurrent_bias))
  }
}
