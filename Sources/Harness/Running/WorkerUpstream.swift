import Diagnostics
import Tensors
import Upstreams

/// The upstream of an experiment: frozen, or trained along with the head.
struct WorkerUpstream {
  let description: UpstreamDescription
  /// Of the weights that are trained, if it is not the head's.
  let learningRate: Double?
  /// Of the weights that are trained.
  let parameterNames: Set<String>
  private let kind: Kind

  private enum Kind {
    case frozen(any Upstream)
    case trained(any TrainableUpstream, Engine)
  }

  /// Has the engine get the weights that are trained, before any other.
  init(of experiment: Experiment, engine: Engine) throws {
    let registry = UpstreamRegistry.builtIn
    if let tuning = experiment.fineTuning {
      let upstream = try registry.makeTrainable(
        experiment.upstream, engine: engine,
        trainsFeatureEncoder: tuning.trainsFeatureEncoder)
      description = upstream.description
      learningRate = tuning.learningRate
      kind = .trained(upstream, engine)
    } else {
      let upstream = try registry.make(experiment.upstream)
      description = upstream.description
      learningRate = nil
      kind = .frozen(upstream)
    }
    parameterNames = Set(engine.parameters.map(\.name))
  }

  func features(
    view: FeatureView, featurizer: Featurizer, store: FeatureStore,
    threads: Int
  ) throws -> BatchFeed.Upstream {
    switch kind {
    case .frozen(let upstream):
      .frozen(
        try FeatureSource(
          upstream: upstream, store: store, view: view, threads: threads),
        featurizer)
    case .trained(let upstream, let engine):
      .trained(
        TrainedFeatures(
          engine: engine, upstream: upstream, featurizer: featurizer,
          view: view))
    }
  }
}
