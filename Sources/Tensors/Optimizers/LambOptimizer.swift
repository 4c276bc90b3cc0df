import Kernels

/// s3prl's Lamb: p -= lr · s(t) · trust · u, u = m / (√v + ε) + decay · p,
/// trust = ‖p‖ / ‖u‖ of each parameter, 1 if either norm is 0; no bias
/// correction (You et al., arXiv 1904.00962).
final class LambOptimizer: StatefulOptimizer {
  let learningRate: Double
  private let rule: AdamRule
  private let warmup: WarmupLinear
  private let decays: [Double]
  let state: OptimizerState
  /// The updates u, which need no checkpoint.
  private let updates: OptimizerState

  init(
    learningRate: Double, beta1: Double, beta2: Double, epsilon: Double,
    warmup: WarmupLinear, parameters: [Parameter]
  ) {
    self.learningRate = learningRate
    self.warmup = warmup
    self.rule = AdamRule(
      variant: .decayLast, beta1: beta1, beta2: beta2, epsilon: epsilon)
    self.state = OptimizerState(
      names: ["exp_avg", "exp_avg_sq"], parameters: parameters)
    self.updates = OptimizerState(names: ["update"], parameters: parameters)
    self.decays = state.parameters.map(WarmupLinear.decay)
  }

  func update(factor: Double) {
    let parts = state.countStep()
    let settings = rule.settings(learningRate: 0, decay: 0, step: 1)
    state.engine?.parallel(parts.count) { index in
      let part = parts[index]
      withUnsafePointer(to: settings) {
        superb_adam_update(
          part.count, $0, Float(decays[part.index]), part.gradient, part.values,
          state.pointer(0, part), state.pointer(1, part),
          updates.pointer(0, part))
      }
    }
    let weightNorms = state.norms(parts, \.values)
    let updateNorms = state.norms(parts) {
      updates.pointer(0, $0) ?? $0.values
    }
    state.engine?.parallel(parts.count) { index in
      let part = parts[index]
      let (weight, update) = (weightNorms[part.index], updateNorms[part.index])
      let trust = weight == 0 || update == 0 ? 1 : weight / update
      let rate =
        learningRate * factor
        * warmup.factor(atStep: state.steps[part.index])
      superb_axpy(
        part.count, Float(-rate * trust), updates.pointer(0, part), part.values)
    }
  }
}
