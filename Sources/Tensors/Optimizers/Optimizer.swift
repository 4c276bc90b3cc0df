/// Turns gradients into updates of parameters.
package protocol Optimizer: AnyObject {
  /// The base rate, which schedules multiply.
  var learningRate: Double { get }

  /// One update of every parameter that has a gradient; those without one
  /// keep their numbers and their state.
  ///
  /// - Parameter factor: the schedule's, on the learning rate.
  func update(factor: Double)

  /// What a checkpoint needs, by name: "exp_avg/<parameter>".
  func exportState() -> [String: [Float]]

  /// Continues from what ``exportState()`` gave.
  ///
  /// - Throws: `UserError` if it belongs to another model or optimizer.
  func importState(_ state: [String: [Float]]) throws
}

/// What a configuration says of an optimizer. Nil means the default of the
/// optimizer that is made; options that an optimizer does not know are not
/// looked at, as s3prl does.
package struct OptimizerOptions: Sendable {
  package var learningRate: Double?
  package var beta1 = 0.9
  package var beta2 = 0.999
  package var epsilon: Double?
  package var weightDecay: Double?
  /// For TorchOptim: Adam, AdamW or SGD.
  package var torchOptimName: String?
  /// For those with a schedule of their own: the share of all updates in
  /// which the rate rises.
  package var warmupProportion = 0.07
  /// For SGD.
  package var momentum = 0.0
  package var dampening = 0.0
  package var nesterov = false

  package init(learningRate: Double? = nil) {
    self.learningRate = learningRate
  }
}
