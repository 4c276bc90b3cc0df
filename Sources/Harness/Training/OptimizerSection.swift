import Configuration
import Diagnostics
import Tensors

/// The `optimizer` and `scheduler` sections of a task's configuration.
enum OptimizerSection {
  private static let keys = [
    "name", "lr", "torch_optim_name", "betas", "eps", "weight_decay",
    "momentum", "warmup_proportion",
  ]

  /// The optimizer of every trainable parameter.
  ///
  /// - Parameters:
  ///   - root: a task's whole configuration.
  ///   - upstream: names of parameters that have a learning rate of their
  ///     own, and that rate.
  static func optimizer(
    _ root: ConfigValue, totalSteps: Int, engine: Engine,
    upstream: (names: Set<String>, learningRate: Double)? = nil
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
    let name = try root.string(at: "optimizer.name")
    func make(
      _ parameters: [Parameter], learningRate: Double?
    ) throws -> any Optimizer {
      var options = options
      options.learningRate = learningRate
      return try Optimizers.make(
        name: name, options: options, totalSteps: totalSteps,
        parameters: parameters)
    }
    let all = engine.trainableParameters
    guard let upstream else {
      return try make(all, learningRate: options.learningRate)
    }
    let (own, head) = (
      all.filter { upstream.names.contains($0.name) },
      all.filter { !upstream.names.contains($0.name) }
    )
    return OptimizerGroups([
      OptimizerGroups.Group(
        own, try make(own, learningRate: upstream.learningRate)),
      OptimizerGroups.Group(
        head, try make(head, learningRate: options.learningRate)),
    ])
  }

  /// The schedule, if the configuration has one.
  static func schedule(
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
