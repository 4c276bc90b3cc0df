import Kernels

/// Adam in one of its variants.
final class AdamOptimizer: StatefulOptimizer {
  let learningRate: Double
  private let rule: AdamRule
  private let decays: [Double]
  let state: OptimizerState

  init(
    rule: AdamRule, learningRate: Double, parameters: [Parameter],
    decay: (Parameter) -> Double
  ) {
    self.rule = rule
    self.learningRate = learningRate
    self.state = OptimizerState(
      names: ["exp_avg", "exp_avg_sq"], parameters: parameters)
    self.decays = state.parameters.map(decay)
  }

  func update(factor: Double) {
    let parts = state.countStep()
    let norms =
      rule.variant == .bert ? state.norms(parts, \.gradient) : []
    let settings = state.parameters.indices.map { index in
      rule.settings(
        learningRate: learningRate * factor, decay: decays[index],
        step: max(1, state.steps[index]),
        gradientNorm: norms.isEmpty ? 0 : norms[index])
    }
    state.engine?.parallel(parts.count) { index in
      let part = parts[index]
      withUnsafePointer(to: settings[part.index]) {
        superb_adam(
          part.count, $0, part.gradient, part.values, state.pointer(0, part),
          state.pointer(1, part))
      }
    }
  }
}
