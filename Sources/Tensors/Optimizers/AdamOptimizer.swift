import Kernels

/// Adam in one of its variants.
final class AdamOptimizer: Optimizer {
  let learningRate: Double
  private let rule: AdamRule
  private let decays: [Double]
  private let state: OptimizerState

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
    guard let engine = state.parameters.first?.node.engine else { return }
    let parts = GradientPart.parts(of: state.parameters)
    state.countStep(parts)
    let norms =
      rule.variant == .bert
      ? engine.norms(parts, of: state.parameters.count, \.gradient) : []
    let settings = state.parameters.indices.map { index in
      rule.settings(
        learningRate: learningRate * factor, decay: decays[index],
        step: max(1, state.steps[index]),
        gradientNorm: norms.isEmpty ? 0 : norms[index])
    }
    engine.parallel(parts.count) { index in
      let part = parts[index]
      withUnsafePointer(to: settings[part.index]) {
        superb_adam(
          Int64(part.count), $0, part.gradient, part.values,
          state.pointer(0, part), state.pointer(1, part))
      }
    }
  }

  func exportState() -> [String: [Float]] { state.export() }
  func importState(_ state: [String: [Float]]) throws {
    try self.state.restore(state)
  }
}

extension Engine {
  /// The L2 norm of each of `count` parameters' numbers, gradients or others,
  /// whose parts are given.
  func norms(
    _ parts: [GradientPart], of count: Int,
    _ numbers: (GradientPart) -> UnsafeMutablePointer<Float>
  ) -> [Double] {
    var squares = [Double](repeating: 0, count: count)
    withUnsafeTemporaryAllocation(
      of: Double.self, capacity: max(1, parts.count)
    ) { terms in
      let terms = terms.baseAddress
      parallel(parts.count) { index in
        let part = parts[index]
        terms?[index] = superb_sum_squares(Int64(part.count), numbers(part))
      }
      for (index, part) in parts.enumerated() {
        squares[part.index] += terms?[index] ?? 0
      }
    }
    return squares.map { $0.squareRoot() }
  }
}
