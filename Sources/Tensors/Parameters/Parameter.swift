/// Numbers that outlive a step: trained, or kept with the model.
package final class Parameter {
  /// Unique within the engine; its name in checkpoints.
  package let name: String
  package let node: Node
  /// State that is saved and not trained: running statistics, a best score.
  package let isBuffer: Bool
  /// A buffer of what evaluations have found, which is true of these
  /// evaluations alone: a best score, a threshold.
  package let isFinding: Bool

  init(name: String, node: Node, isBuffer: Bool, isFinding: Bool = false) {
    self.name = name
    self.node = node
    self.isBuffer = isBuffer
    self.isFinding = isFinding
  }

  package var shape: Shape { node.shape }
  package var values: UnsafeBufferPointer<Float> { node.values }

  /// Overwrites the numbers.
  ///
  /// - Throws: ``OperatorError`` unless there are as many.
  package func assign(_ values: some Collection<Float>) throws {
    try require(
      values.count == node.count && !node.isReleased, "assign",
      "\(name) is \(shape); \(values.count) numbers do not fill it")
    _ = UnsafeMutableBufferPointer(start: node.pointer, count: node.count)
      .update(fromContentsOf: values)
  }
}
