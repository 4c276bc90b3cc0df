import Diagnostics
import Records
import Tensors
import Upstreams

/// An upstream whose weights are trained, on an engine of its own: by one
/// head, or by several that take their steps in turn.
package final class TrainedUpstream {
  package let engine: Engine
  package let model: any TrainableUpstream
  /// What updates the weights, where it is not what updates the head's.
  package var optimizer: (any Optimizer)?
  /// The updates by all heads together; nil where there is one head.
  package var totalSteps: Int?
  /// Utterances that went through it.
  package var passes = 0

  init(engine: Engine, model: any TrainableUpstream) {
    self.engine = engine
    self.model = model
  }

  convenience init(_ experiment: Experiment, _ tuning: FineTuning) throws {
    let engine = Engine(threads: experiment.threads, seed: experiment.seed)
    self.init(
      engine: engine,
      model: try UpstreamRegistry.builtIn.makeTrainable(
        experiment.upstream, engine: engine,
        trainsFeatureEncoder: tuning.trainsFeatureEncoder))
  }

  package var parameters: [Parameter] { engine.parameters }

  /// Throws if a head's parameter goes by the name of one of the upstream's:
  /// in a checkpoint they lie side by side.
  func checkNames(besides head: Engine, of task: String) throws {
    let own = Set(parameters.map(\.name))
    if let name = head.parameters.first(where: { own.contains($0.name) })?.name
    {
      throw UserError(
        "the task's parameter '\(name)' has the name of one of the upstream's",
        at: task)
    }
  }
}
