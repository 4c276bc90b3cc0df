import TaskABI

/// An operator that is not the engine's own: two functions over buffers of
/// contiguous float32, borrowed for the call.
package struct CustomOperator {
  package typealias Inputs = [UnsafePointer<Float>?]
  package typealias Forward =
    (Inputs, UnsafeMutablePointer<Float>) -> superb_status
  /// (inputs, output, its gradient, input gradients): adds to the gradients,
  /// nil for inputs that need none.
  package typealias Backward = (
    Inputs, UnsafePointer<Float>, UnsafePointer<Float>,
    [UnsafeMutablePointer<Float>?]
  ) -> superb_status

  /// For messages.
  package var name: String
  /// Fills the output from the inputs.
  package var forward: Forward
  /// Nil if it cannot be differentiated.
  package var backward: Backward?

  package init(
    name: String, forward: @escaping Forward, backward: Backward? = nil
  ) {
    self.name = name
    self.forward = forward
    self.backward = backward
  }
}

extension Engine {
  /// Applies an operator of the task's own; its result has shape `extents`.
  package func custom(
    _ operation: CustomOperator, inputs: [Node], shape extents: [Int]
  ) throws -> Node {
    let name = operation.name
    for input in inputs { try check(name, input) }
    let y = try output(
      name, extents,
      requiresGradient: inputs.contains(where: \.requiresGradient))
    let pointers = inputs.map { Optional(UnsafePointer($0.pointer)) }
    try Self.check(operation.forward(pointers, y.pointer), of: name, "forward")
    record(y) { dy in
      guard let backward = operation.backward else {
        throw OperatorError(
          name, "this operator has no gradient", status: SUPERB_UNSUPPORTED)
      }
      let gradients = inputs.map { $0.requiresGradient ? $0.gradient : nil }
      try Self.check(
        backward(pointers, y.pointer, dy, gradients), of: name, "backward")
    }
    return y
  }

  private static func check(
    _ status: superb_status, of name: String, _ pass: String
  ) throws {
    guard status != SUPERB_OK else { return }
    throw OperatorError(
      name, "its \(pass) function failed with status \(status)",
      status: status)
  }
}
