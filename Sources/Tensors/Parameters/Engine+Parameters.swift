extension Engine {
  /// Makes a parameter; it lives as long as the engine.
  ///
  /// - Throws: ``OperatorError`` if the name is taken or the shape is none.
  @discardableResult
  package func parameter(
    name: String, shape extents: [Int], initializer: Initializer = .zeros,
    isBuffer: Bool = false, isFinding: Bool = false
  ) throws -> Parameter {
    try require(
      parameterIndices[name] == nil, "parameter",
      "there is already one named '\(name)'")
    guard let shape = Shape(extents) else {
      throw OperatorError("parameter", "'\(name)' cannot have \(extents)")
    }
    let node = Node(shape: shape, requiresGradient: !isBuffer, engine: self)
    initializer.fill(
      UnsafeMutableBufferPointer(start: node.pointer, count: node.count),
      name: name, random: random)
    let parameter = Parameter(
      name: name, node: node, isBuffer: isBuffer,
      isFinding: isBuffer && isFinding)
    parameterIndices[name] = parameters.count
    parameters.append(parameter)
    return parameter
  }

  package func parameter(named name: String) -> Parameter? {
    parameterIndices[name].map { parameters[$0] }
  }

  /// The parameter behind a node; nil if there is none.
  func parameter(of node: Node) -> Parameter? {
    parameters.first { $0.node === node }
  }

  /// Those that an optimizer trains, in the order they were made.
  package var trainableParameters: [Parameter] {
    parameters.filter { !$0.isBuffer }
  }

  /// A tensor of this step, a copy of `values`.
  ///
  /// - Parameter requiresGradient: whether ``backward(from:scale:)`` is to
  ///   leave it the loss's gradient, for whatever it was computed from.
  package func constant(
    _ values: some Collection<Float>, shape extents: [Int],
    requiresGradient: Bool = false
  ) throws -> Node {
    guard let shape = Shape(extents), shape.count == values.count else {
      throw OperatorError(
        "constant", "\(values.count) numbers do not fill \(extents)")
    }
    let node = make(shape, requiresGradient: requiresGradient)
    _ = UnsafeMutableBufferPointer(start: node.pointer, count: node.count)
      .update(fromContentsOf: values)
    return node
  }

  /// Forgets all gradients. A parameter without one is no part of the next
  /// update.
  package func zeroGradients() {
    for parameter in parameters { parameter.node.clearGradient() }
  }
}
