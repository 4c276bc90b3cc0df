import Configuration
import Diagnostics
import Tensors

/// The `optimizer` and `scheduler` sections of a task's configuration.
struct OptimizerSection {
  private let section: ConfigValue
  private static let keys = [
    "name", "lr", "torch_optim_name", "betas", "eps", "weight_decay",
    "momentum", "warmup_proportion", "amsgrad",
  ]

  init(_ section: ConfigValue?) throws {
    guard let section else {
      throw UserError("the section 'optimizer' is missing")
    }
    try section.checkKeys(known: Self.keys)
    self.section = section
  }

  func make(totalSteps: Int, engine: Engine) throws -> any Optimizer {
    var options = OptimizerOptions()
    if let value = section["lr"] {
      options.learningRate = try value.double()
    }
    if let value = section["torch_optim_name"] {
      options.torchOptimName = try value.string()
    }
    if case .list(let betas)? = section["betas"]?.kind, betas.count == 2 {
      options.betas = (try betas[0].double(), try betas[1].double())
    }
    if let value = section["eps"] { options.epsilon = try value.double() }
    if let value = section["weight_decay"] {
      options.weightDecay = try value.double()
    }
    if let value = section["momentum"] {
      options.momentum = try value.double()
    }
    if let value = section["warmup_proportion"] {
      options.warmupProportion = try value.double()
    }
    return try Optimizers.make(
      name: try section.string(at: "name"), options: options,
      totalSteps: totalSteps,
      parameters: engine.parameters.filter { !$0.isBuffer })
  }

  static func schedule(
    _ section: ConfigValue?, totalSteps: Int
  ) throws -> Schedule? {
    guard let section, section.kind != .null else { return nil }
    try section.checkKeys(
      known: ["name", "num_warmup_steps", "num_cycles", "lr_end", "power"])
    return try Schedule.make(
      name: try section.string(at: "name"), totalSteps: totalSteps,
      warmupSteps: try section["num_warmup_steps"]?.int() ?? 0)
  }
}
