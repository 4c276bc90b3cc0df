import Configuration
import Diagnostics
import Files
import Foundation
import Upstreams

extension ExperimentResult {
  /// The result of an experiment that has ended well.
  package init(
    done experiment: Experiment, metrics: [Metric],
    upstream: UpstreamDescription, cost: Cost
  ) throws {
    try self.init(experiment, status: .done, cost: cost)
    self.metrics = metrics
    self.upstream = Upstream(
      name: experiment.upstream, digest: upstream.digest,
      layers: upstream.layers, dimension: upstream.dimension,
      samplesPerFrame: upstream.samplesPerFrame)
  }

  /// The result of an experiment that gives no number.
  package init(failed experiment: Experiment, failure: Failure, cost: Cost) throws {
    try self.init(experiment, status: .failed, cost: cost)
    self.failure = failure
  }

  private init(
    _ experiment: Experiment, status: Status, cost: Cost
  ) throws {
    self.init(
      status: status,
      upstream: Upstream(
        name: experiment.upstream, digest: experiment.upstreamDigest,
        layers: 0, dimension: 0, samplesPerFrame: 0),
      task: Task(
        id: experiment.task.id, title: experiment.task.title,
        version: experiment.task.version),
      metrics: [], signature: try experiment.signature(),
      seed: experiment.seed, config: try experiment.resolvedConfig(),
      versions: Versions.all, cost: cost, finishedAt: Self.timestamp())
    profile = experiment.profile
    limit = experiment.limit
    fineTuning = experiment.fineTuning
  }

  /// The result of a task with folds: means over the folds' test figures. It
  /// fails if one of them has failed.
  package init(
    folds: [(name: String, result: ExperimentResult)], signature: String
  ) throws {
    guard let first = folds.first?.result else {
      throw InternalError("a result of no folds")
    }
    self = first
    self.signature = signature
    finishedAt = folds.map(\.result.finishedAt).max() ?? finishedAt
    bestStep = nil
    (learningRates, averages, stoppedAt) = (nil, nil, nil)
    let worst = folds.flatMap { $0.result.worstCases ?? [] }
    let mostWorst = folds.map { $0.result.worstCases?.count ?? 0 }.max() ?? 0
    worstCases =
      worst.isEmpty
      ? nil : Array(
        worst.sorted {
          $0.error != $1.error ? $0.error > $1.error : $0.id < $1.id
        }.prefix(mostWorst))
    let skipped = folds.flatMap { $0.result.skippedBatches ?? [] }
    skippedBatches = skipped.isEmpty ? nil : skipped
    self.folds = folds.map {
      Fold(
        name: $0.name, metrics: $0.result.metrics,
        bestStep: $0.result.bestStep, learningRates: $0.result.learningRates)
    }
    cost = Cost(
      wallSeconds: folds.map(\.result.cost.wallSeconds).reduce(0, +),
      cpuSeconds: folds.map(\.result.cost.cpuSeconds).reduce(0, +),
      peakMemoryBytes: folds.map(\.result.cost.peakMemoryBytes).max() ?? 0,
      upstreamPasses: folds.map(\.result.cost.upstreamPasses).reduce(0, +),
      trainingSteps: folds.map(\.result.cost.trainingSteps).reduce(0, +),
      trainingSeconds: folds.map(\.result.cost.trainingSeconds)
        .reduce(0, +),
      peakTensorBytes: folds.compactMap(\.result.cost.peakTensorBytes).max())
    cost.joint = folds.lazy.compactMap(\.result.cost.joint).first
    warnings = folds.flatMap { fold in
      fold.result.warnings.map { "\(fold.name): \($0)" }
    }
    dataDigest = nil
    if let failed = folds.first(where: { $0.result.status == .failed }) {
      status = .failed
      metrics = []
      failure = Failure(
        kind: failed.result.failure?.kind ?? .bug,
        reason: "\(failed.name): "
          + (failed.result.failure?.reason ?? "no reason"))
      return
    }
    let digest = DigestHasher()
    folds.forEach { digest.combine($0.result.dataDigest ?? "") }
    dataDigest = digest.finish().hexadecimal
    metrics = first.metrics.map { metric in
      var mean = metric
      let values = folds.compactMap { fold in
        fold.result.metrics.first {
          $0.name == metric.name && $0.split == metric.split
        }?.value
      }
      mean.value = values.reduce(0, +) / Double(values.count)
      return mean
    }
  }

  package static func timestamp() -> String {
    Date().formatted(.iso8601)
  }
}

extension Experiment {
  /// The configuration, with how the features were chosen and what the
  /// corpora's folders were, as it stands in the result.
  func resolvedConfig() throws -> JSONValue {
    let config = try JSONDecoder().decode(
      JSONValue.self, from: Data(config.value.json().utf8))
    return .map([
      "config": config,
      "corpora": .map(corpora.mapValues(JSONValue.string)),
      "features": .map([
        "selection": .string(feature.selection),
        "layer": feature.layer.map { .integer(Int64($0)) } ?? .null,
        "normalize": .bool(feature.normalize),
        "dtype": .string(feature.halfPrecision ? "float16" : "float32"),
      ]),
      "fold": fold.map(JSONValue.string) ?? .null,
      "task_digest": .string(libraryDigest),
    ])
  }
}
