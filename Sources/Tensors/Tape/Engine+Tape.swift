/// One operator that was applied, and how its gradient flows back.
struct Record {
  let output: Node
  /// Whether it makes the rows of this process alone.
  let isShared: Bool
  /// Adds to the inputs' gradients, given the output's.
  let backward: (UnsafePointer<Float>) throws -> Void
}

extension Engine {
  /// The result of an operator: a node of this step that takes part in the
  /// gradient if one of the inputs does.
  func output(_ shape: Shape, from inputs: Node?...) -> Node {
    output(shape, from: inputs)
  }

  /// Rows of the result are taken for those of an input that has as many.
  private func output(_ shape: Shape, from inputs: [Node?]) -> Node {
    let node = make(
      shape,
      requiresGradient: recordsGradients
        && inputs.contains { $0?.requiresGradient == true })
    guard shape.rank > 0 else { return node }
    for case let input? in inputs
    where node.blocks == nil && input.blocks != nil
      && input.shape[0] == shape[0]
    {
      node.blocks = input.blocks
    }
    return node
  }

  /// The result of an operator, of extents that are still to be checked: a
  /// node of this step that takes part in the gradient if one of the inputs
  /// does.
  func output(
    _ name: String, _ extents: [Int], from inputs: Node?...
  ) throws -> Node {
    try output(shape(name, extents), from: inputs)
  }

  func output(
    _ name: String, _ extents: [Int], requiresGradient: Bool
  ) throws -> Node {
    make(
      try shape(name, extents),
      requiresGradient: recordsGradients && requiresGradient)
  }

  private func shape(_ name: String, _ extents: [Int]) throws -> Shape {
    guard let shape = Shape(extents) else {
      throw OperatorError(name, "the result cannot have shape \(extents)")
    }
    return shape
  }

  /// Notes how the gradient of `output` flows back. `backward` is called only
  /// if there is one; it asks an input for ``Node/gradient`` only where
  /// ``Node/requiresGradient`` holds.
  func record(
    _ output: Node, _ backward: @escaping (UnsafePointer<Float>) throws -> Void
  ) {
    guard output.requiresGradient else { return }
    tape.append(
      Record(output: output, isShared: output.isPartial, backward: backward))
  }

  /// Adds `scale` times the gradient of `loss` to the gradients of all
  /// parameters that it was computed from. The tape is used up: an operator's
  /// result takes part in one call.
  ///
  /// - Throws: ``OperatorError`` if `loss` has a rank other than 0, or an
  ///   operator cannot be differentiated.
  package func backward(from loss: Node, scale: Float = 1) throws {
    try check("backward", loss)
    try require(
      loss.shape.rank == 0, "backward",
      "the loss has shape \(loss.shape), not rank 0")
    if loss.requiresGradient { loss.gradient[0] += scale }
    try sendBack()
  }

  /// Adds to the gradients of all parameters that several results, whose
  /// gradients are known, were computed from: those
  /// of Σ ⟨result, gradient⟩. For a model of which another part has sent
  /// them back.
  ///
  /// - Parameter gradients: one for each of `results`, of as many numbers.
  /// - Throws: ``OperatorError`` if they do not match, or an operator cannot
  ///   be differentiated.
  package func backward(
    from results: [Node], gradients: [some Collection<Float>]
  ) throws {
    try require(
      results.count == gradients.count, "backward",
      "there are \(gradients.count) gradients of \(results.count) results")
    for (result, gradient) in zip(results, gradients) {
      try check("backward", result)
      try require(
        gradient.count == result.count, "backward",
        "\(gradient.count) numbers are no gradient of \(result.shape)")
    }
    for (result, gradient) in zip(results, gradients)
    where result.requiresGradient {
      let sum = result.gradient
      for (index, number) in gradient.enumerated() { sum[index] += number }
    }
    try sendBack()
  }

  /// Uses up the tape, from the last record to the first.
  private func sendBack() throws {
    defer { tape.removeAll(keepingCapacity: true) }
    while let record = tape.popLast() {
      if !record.isShared { completeGradient(of: record.output) }
      guard let gradient = record.output.gradientValues?.baseAddress else {
        continue
      }
      try record.backward(gradient)
      record.output.releaseGradient(into: &arena)
    }
  }

  /// Refuses nodes whose step has ended, and nodes of another engine. All
  /// rows of the others hold afterwards.
  func check(_ name: String, _ nodes: Node?...) throws {
    for case let node? in nodes {
      try checkUse(name, node)
      complete(node)
    }
  }

  func checkUse(_ name: String, _ node: Node) throws {
    // First, since the engine of such a node may be gone.
    try require(
      !node.isReleased, name,
      "a tensor of shape \(node.shape) is used after its step")
    try require(
      node.engine === self, name, "a tensor belongs to another expert")
  }
}
