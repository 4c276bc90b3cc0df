import Diagnostics

/// Optimizers by the names that s3prl's configurations use.
package enum Optimizers {
  package static let names = [
    "Adam", "AdamW", "TorchOptim", "BertAdam_with_schedule",
    "AdamW_with_schedule", "Lamb_with_schedule",
  ]
  package static let torchNames = ["Adam", "AdamW", "SGD"]

  /// - Parameters:
  ///   - totalSteps: updates of the whole run; only those with a schedule of
  ///     their own look at it.
  ///   - parameters: buffers among them are left alone.
  /// - Throws: `UserError` for an unknown name or a wrong option.
  package static func make(
    name: String, options: OptimizerOptions, totalSteps: Int,
    parameters: [Parameter]
  ) throws -> any Optimizer {
    try check(options)
    let rate = options.learningRate ?? 2e-4
    let warmup = WarmupLinear(
      proportion: options.warmupProportion, totalSteps: totalSteps)
    switch name {
    case "Adam":
      return AdamOptimizer(
        rule: AdamRule(variant: .torchAdam, epsilon: 1e-8),
        learningRate: rate, parameters: parameters, decay: { _ in 0 })
    case "AdamW":
      return AdamOptimizer(
        rule: AdamRule(variant: .decayLast, epsilon: 1e-7),
        learningRate: rate, parameters: parameters, decay: { _ in 0 })
    case "TorchOptim":
      return try makeTorch(options: options, parameters: parameters)
    case "BertAdam_with_schedule":
      return AdamOptimizer(
        rule: AdamRule(variant: .bert, epsilon: 1e-6, warmup: warmup),
        learningRate: rate, parameters: parameters, decay: WarmupLinear.decay)
    case "AdamW_with_schedule":
      return AdamOptimizer(
        rule: AdamRule(
          variant: .corrected, beta1: options.beta1, beta2: options.beta2,
          epsilon: options.epsilon ?? 1e-8, warmup: warmup),
        learningRate: rate, parameters: parameters, decay: WarmupLinear.decay)
    case "Lamb_with_schedule":
      return LambOptimizer(
        learningRate: rate, beta1: options.beta1, beta2: options.beta2,
        epsilon: options.epsilon ?? 1e-8, warmup: warmup,
        parameters: parameters)
    default:
      throw UserError(
        "there is no optimizer '\(name)'", at: "optimizer.name",
        fix: Suggestion.fix(for: name, among: names))
    }
  }

  private static func makeTorch(
    options: OptimizerOptions, parameters: [Parameter]
  ) throws -> any Optimizer {
    let name = options.torchOptimName ?? ""
    let rate = options.learningRate ?? 1e-3
    func adam(_ variant: AdamRule.Variant, decay: Double) -> AdamOptimizer {
      AdamOptimizer(
        rule: AdamRule(
          variant: variant, beta1: options.beta1, beta2: options.beta2,
          epsilon: options.epsilon ?? 1e-8),
        learningRate: rate, parameters: parameters,
        decay: { _ in options.weightDecay ?? decay })
    }
    switch name {
    case "Adam": return adam(.torchAdam, decay: 0)
    case "AdamW": return adam(.torchAdamW, decay: 0.01)
    case "SGD":
      guard
        !options.nesterov || options.momentum > 0 && options.dampening == 0
      else {
        throw UserError(
          "Nesterov's momentum needs a momentum and no dampening",
          at: "optimizer.nesterov")
      }
      return SGDOptimizer(
        learningRate: rate, options: options, parameters: parameters)
    default:
      throw UserError(
        "there is no PyTorch optimizer '\(name)' here",
        at: "optimizer.torch_optim_name",
        fix: Suggestion.fix(for: name, among: torchNames))
    }
  }

  private static func check(_ options: OptimizerOptions) throws {
    let bounds: [(key: String, value: Double?, range: Range<Double>)] = [
      ("lr", options.learningRate, 0..<Double.infinity),
      ("betas", options.beta1, 0..<1), ("betas", options.beta2, 0..<1),
      ("eps", options.epsilon, 0..<Double.infinity),
      ("weight_decay", options.weightDecay, 0..<Double.infinity),
      ("warmup_proportion", options.warmupProportion, 0..<1),
      ("momentum", options.momentum, 0..<Double.infinity),
    ]
    for (key, value, range) in bounds {
      guard let value, !range.contains(value) else { continue }
      throw UserError(
        "\(value) is out of range", at: "optimizer.\(key)",
        fix: "from \(range.lowerBound) to below \(range.upperBound)")
    }
  }
}
