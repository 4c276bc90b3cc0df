/// Numbers that outlive a step: trained, or kept with the model.
public final class Parameter {
  /// Unique within the engine; its name in checkpoints.
  public let name: String
  public let node: Node
  /// State that is saved and not trained: running statistics, a best score.
  public let isBuffer: Bool

  init(name: String, node: Node, isBuffer: Bool) {
    self.name = name
    self.node = node
    self.isBuffer = isBuffer
  }

  public var shape: Shape { node.shape }
  public var values: UnsafeBufferPointer<Float> { node.values }

  /// Overwrites the numbers.
  ///
  /// - Throws: ``OperatorError`` unless there are as many.
  public func assign(_ values: some Collection<Float>) throws {
    guard values.count == node.count, !node.isReleased else {
      throw OperatorError(
        "assign",
        "\(name) is \(shape); \(values.count) numbers do not fill it")
    }
    _ = UnsafeMutableBufferPointer(start: node.pointer, count: node.count)
      .update(fromContentsOf: values)
  }
}
