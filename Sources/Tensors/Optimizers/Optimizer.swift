/// Turns gradients into updates of parameters.
public protocol Optimizer: AnyObject {
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
public struct OptimizerOptions: Sendable {
  public var learningRate: Double?
  public var beta1 = 0.9
  public var beta2 = 0.999
  public var epsilon: Double?
  public var weightDecay: Double?
  /// For TorchOptim: Adam, AdamW or SGD.
  public var torchOptimName: String?
  /// For those with a schedule of their own: the share of all updates in
  /// which the rate rises.
  public var warmupProportion = 0.07
  /// For SGD.
  public var momentum = 0.0
  public var dampening = 0.0
  public var nesterov = false

  public init(learningRate: Double? = nil) {
    self.learningRate = learningRate
  }
}
