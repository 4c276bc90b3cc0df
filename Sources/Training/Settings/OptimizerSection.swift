import Configuration
import Diagnostics
import Tensors

/// The `optimizer` and `scheduler` sections of a task's configuration.
package enum OptimizerSection {
  private static let keys = [
    "name", "lr", "torch_optim_name", "betas", "eps", "weight_decay",
    "momentum", "warmup_proportion",
  ]

  /// The optimizer of every trainable parameter of an engine.
  package static func optimizer(
    _ root: ConfigValue, totalSteps: Int, engine: Engine
  ) throws -> any Optimizer {
    try optimizer(
      root, totalSteps: totalSteps, parameters: engine.parameters)
  }

  /// The optimizer of those of `parameters` that are trained.
  ///
  /// - Parameters:
  ///   - root: a task's whole configuration.
  ///   - rate: in place of the configuration's.
  package static func optimizer(
    _ root: ConfigValue, totalSteps: Int, parameters: [Parameter],
    learningRate rate: Double? = nil
  ) throws -> any Optimizer {
    try root.checkKeys(known: keys, at: "optimizer")
    var options = OptimizerOptions()
    func number(_ key: String) throws -> Double? {
      try root.value(at: "optimizer.\(key)") == nil
        ? nil : try root.double(at: "optimizer.\(key)")
    }
    options.learningRate = try number("lr") ?? options.learningRate
    options.epsilon = try number("eps") ?? options.epsilon
    options.weightDecay = try number("weight_decay") ?? options.weightDecay
    options.momentum = try number("momentum") ?? options.momentum
    options.warmupProportion =
      try number("warmup_proportion") ?? options.warmupProportion
    if let betas = try root.value(at: "optimizer.betas") {
      let values = try root.doubles(at: "optimizer.betas")
      guard values.count == 2 else {
        throw UserError("expected two numbers", at: betas.mark?.description)
      }
      (options.beta1, options.beta2) = (values[0], values[1])
    }
    if try root.value(at: "optimizer.torch_optim_name") != nil {
      options.torchOptimName = try root.string(
        at: "optimizer.torch_optim_name")
    }
    options.learningRate = rate ?? options.learningRate
    return try Optimizers.make(
      name: try root.string(at: "optimizer.name"), options: options,
      totalSteps: totalSteps, parameters: parameters.filter { !$0.isBuffer })
  }

  /// The schedule, if the configuration has one.
  package static func schedule(
    _ root: ConfigValue, totalSteps: Int
  ) throws -> Schedule? {
    guard try root.value(at: "scheduler") != nil else { return nil }
    try root.checkKeys(
      known: ["name", "num_warmup_steps", "num_cycles", "lr_end", "power"],
      at: "scheduler")
    var options = Schedule.Options()
    if try root.value(at: "scheduler.num_cycles") != nil {
      options.cycles = try root.double(at: "scheduler.num_cycles")
    }
    options.endLearningRate = try root.double(
      at: "scheduler.lr_end", default: options.endLearningRate)
    options.power = try root.double(
      at: "scheduler.power", default: options.power)
    options.learningRate = try root.double(
      at: "optimizer.lr", default: options.learningRate)
    return try Schedule.make(
      name: try root.string(at: "scheduler.name"), totalSteps: totalSteps,
      warmupSteps: try root.int(at: "scheduler.num_warmup_steps", default: 0),
      options: options)
  }
}
