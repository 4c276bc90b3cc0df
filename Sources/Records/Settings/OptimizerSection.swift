import Configuration
import Diagnostics
import Tensors

/// The `optimizer` and `scheduler` sections of a task's configuration.
package struct OptimizerSection: Sendable {
  private let name: String
  private let options: OptimizerOptions
  private let scheduler: Scheduler?
  let groups: [OptimizerGroup]

  private struct Scheduler {
    package var name: String
    var warmupSteps: Int
    var options: Schedule.Options
  }

  /// - Parameters:
  ///   - root: a task's whole configuration.
  ///   - totalSteps: of the training.
  package init(_ root: ConfigValue, totalSteps: Int) throws {
    let section = "optimizer"
    name = try root.string(at: "\(section).name")
    let torchName =
      try root.value(at: "\(section).torch_optim_name") == nil
      ? nil : try root.string(at: "\(section).torch_optim_name")
    try root.checkKeys(
      known: Self.keys(of: name, torchName: torchName), at: section)
    func number(_ key: String) throws -> Double? {
      try root.double(
        at: "\(section).\(key)", "a finite number", where: \.isFinite)
    }
    var options = OptimizerOptions()
    options.torchOptimName = torchName
    options.learningRate = try number("lr") ?? options.learningRate
    options.epsilon = try number("eps") ?? options.epsilon
    options.weightDecay = try number("weight_decay") ?? options.weightDecay
    options.momentum = try number("momentum") ?? options.momentum
    options.dampening = try number("dampening") ?? options.dampening
    options.nesterov = try root.bool(
      at: "\(section).nesterov", default: options.nesterov)
    options.warmupProportion =
      try number("warmup_proportion") ?? options.warmupProportion
    if let betas = try root.value(at: "\(section).betas") {
      let values = try root.doubles(at: "\(section).betas")
      guard values.count == 2 else {
        throw UserError("expected two numbers", at: betas.mark?.description)
      }
      (options.beta1, options.beta2) = (values[0], values[1])
    }
    self.options = options
    groups = try OptimizerGroup.all(root, totalSteps: totalSteps)
    scheduler = try Self.scheduler(root, learningRate: options.learningRate)
    // What is wrong with them shows when they are made: here, and not first
    // in a worker.
    try Self.placing(in: root) { [self] in
      _ = try optimizer(totalSteps: totalSteps, parameters: [])
      _ = try schedule(totalSteps: totalSteps)
    }
  }

  /// What an optimizer reads. The name of PyTorch's may stand beside another
  /// one, so that one key alone is enough to change from it.
  private static func keys(of name: String, torchName: String?) -> [String] {
    let own =
      switch (name, torchName) {
      case ("TorchOptim", "SGD"):
        ["weight_decay", "momentum", "dampening", "nesterov"]
      case ("TorchOptim", _): ["betas", "eps", "weight_decay"]
      case ("BertAdam_with_schedule", _): ["warmup_proportion"]
      case ("AdamW_with_schedule", _), ("Lamb_with_schedule", _):
        ["betas", "eps", "warmup_proportion"]
      default: [String]()
      }
    return ["name", "torch_optim_name", "lr", "groups"] + own
  }

  private static func scheduler(
    _ root: ConfigValue, learningRate: Double?
  ) throws -> Scheduler? {
    let section = "scheduler"
    guard try root.value(at: section) != nil else { return nil }
    let name = try root.string(at: "\(section).name")
    let own =
      name.hasPrefix("cosine")
      ? ["num_cycles"]
      : name.hasPrefix("polynomial") ? ["lr_end", "power"] : []
    try root.checkKeys(known: ["name", "num_warmup_steps"] + own, at: section)
    func number(_ key: String) throws -> Double? {
      try root.double(
        at: "\(section).\(key)", "a finite number", where: \.isFinite)
    }
    var options = Schedule.Options()
    options.cycles = try number("num_cycles")
    options.endLearningRate = try number("lr_end") ?? options.endLearningRate
    options.power = try number("power") ?? options.power
    options.learningRate = learningRate ?? options.learningRate
    return Scheduler(
      name: name,
      warmupSteps: try root.int(
        at: "\(section).num_warmup_steps", in: 0...RunnerSettings.mostSteps,
        default: 0), options: options)
  }

  /// The optimizer of those of `parameters` that are trained.
  ///
  /// - Parameter rate: in place of the configuration's.
  package func optimizer(
    totalSteps: Int, parameters: [Parameter], learningRate rate: Double? = nil
  ) throws -> any Optimizer {
    guard !groups.isEmpty else {
      return try single(totalSteps, parameters, learningRate: rate)
    }
    return try grouped(parameters) { section, own, factor in
      // A rate of the grid stands for the section's, and not for a group's.
      let rate = section.groups.isEmpty ? nil : rate
      let base = rate ?? section.options.learningRate
      guard factor != 1 else {
        return try section.single(totalSteps, own, learningRate: rate)
      }
      guard let base else {
        throw UserError(
          "a factor needs a rate to multiply", at: OptimizerGroup.key,
          fix: "write optimizer.lr")
      }
      return try section.single(
        totalSteps, own, learningRate: base * factor)
    }
  }

  /// Without a look at groups.
  private func single(
    _ totalSteps: Int, _ parameters: [Parameter], learningRate rate: Double?
  ) throws -> any Optimizer {
    var options = options
    options.learningRate = rate ?? options.learningRate
    return try Optimizers.make(
      name: name, options: options, totalSteps: totalSteps,
      parameters: parameters.filter { !$0.isBuffer })
  }

  /// The schedule, if the configuration has one.
  ///
  /// - Parameter rate: in place of the configuration's.
  package func schedule(
    totalSteps: Int, learningRate rate: Double? = nil
  ) throws -> Schedule? {
    guard var scheduler else { return nil }
    scheduler.options.learningRate = rate ?? scheduler.options.learningRate
    return try Schedule.make(
      name: scheduler.name, totalSteps: totalSteps,
      warmupSteps: scheduler.warmupSteps, options: scheduler.options)
  }

  /// Runs `body`; an error of it that names a key gets the key's place.
  private static func placing(
    in root: ConfigValue, _ body: () throws -> Void
  ) throws {
    do {
      try body()
    } catch let error as UserError {
      guard let key = error.location,
        let mark = try? root.value(at: key)?.mark
      else { throw error }
      throw UserError("\(key): \(error.what)", at: "\(mark)", fix: error.fix)
    }
  }
}
