import Kernels

/// PyTorch's SGD: d = g + decay · p; b = momentum · b + (1 - dampening) · d,
/// b = d at first; p -= lr · b, or lr · (d + momentum · b) with Nesterov's
/// momentum.
final class SGDOptimizer: StatefulOptimizer {
  let learningRate: Double
  private let options: OptimizerOptions
  let state: OptimizerState

  init(
    learningRate: Double, options: OptimizerOptions, parameters: [Parameter]
  ) {
    self.learningRate = learningRate
    self.options = options
    self.state = OptimizerState(
      names: options.momentum == 0 ? [] : ["momentum_buffer"],
      parameters: parameters)
  }

  func update(factor: Double) {
    let parts = state.countStep()
    let hasMomentum = options.momentum != 0
    state.engine?.parallel(parts.count) { index in
      let part = parts[index]
      superb_sgd(
        part.count, Float(learningRate * factor),
        Float(options.weightDecay ?? 0), Float(options.momentum),
        Float(options.dampening), options.nesterov ? 1 : 0,
        state.steps[part.index] == 1 ? 1 : 0, part.gradient, part.values,
        hasMomentum ? state.pointer(0, part) : nil)
    }
  }
}
