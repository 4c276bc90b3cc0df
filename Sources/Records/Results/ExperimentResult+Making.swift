import Configuration
import Diagnostics
import Files
import Foundation
import Upstreams

extension ExperimentResult {
  /// The result of an experiment: done, or failed if there is a `failure`.
  ///
  /// - Parameters:
  ///   - upstream: nil if it is not known what its states are like.
  ///   - averages, worstCases, skippedBatches: empty if there are none.
  package init(
    of experiment: Experiment, failure: Failure? = nil,
    upstream: UpstreamDescription? = nil, metrics: [Metric] = [],
    dataDigest: String? = nil, listsDigest: String? = nil,
    bestStep: Int? = nil,
    layerChoice: LayerChoice? = nil, learningRates: LearningRateCurve? = nil,
    averages: [Average] = [], worstCases: [WorstCase] = [],
    skippedBatches: [SkippedBatch] = [], stoppedAt: Int? = nil,
    warnings: [String] = [], cost: Cost
  ) throws {
    self.init(
      status: failure == nil ? .done : .failed, failure: failure,
      upstream: Upstream(
        name: experiment.upstream,
        digest: upstream?.digest ?? experiment.upstreamDigest,
        layers: upstream?.layers ?? 0, dimension: upstream?.dimension ?? 0,
        samplesPerFrame: upstream?.samplesPerFrame ?? 0),
      task: Task(
        id: experiment.task.id, title: experiment.task.title,
        version: experiment.task.version),
      metrics: metrics, signature: try experiment.signature(),
      seed: experiment.seed, dataDigest: dataDigest,
      config: try experiment.resolvedConfig(), versions: Versions.all,
      profile: experiment.profile, limit: experiment.limit,
      fineTuning: experiment.fineTuning, bestStep: bestStep,
      layerChoice: layerChoice, learningRates: learningRates,
      averages: averages.orNil, worstCases: worstCases.orNil,
      skippedBatches: skippedBatches.orNil, stoppedAt: stoppedAt,
      warnings: warnings, cost: cost, finishedAt: Self.timestamp())
    self.listsDigest = listsDigest
    deviations = experiment.deviations
  }

  /// The result of a task with folds: means over the folds' test figures. It
  /// fails if one of them has failed.
  package init(
    folds: [(name: String, result: ExperimentResult)], signature: String
  ) throws {
    guard let first = folds.first?.result else {
      throw InternalError("a result of no folds")
    }
    let results = folds.map(\.result)
    let failure = Failure(ofFolds: folds)
    self.init(
      status: failure == nil ? .done : .failed, failure: failure,
      upstream: first.upstream, task: first.task,
      metrics: failure == nil ? Self.means(of: results) : [],
      folds: folds.map {
        Fold(
          name: $0.name, metrics: $0.result.metrics,
          bestStep: $0.result.bestStep, learningRates: $0.result.learningRates)
      },
      signature: signature, seed: first.seed,
      dataDigest: failure == nil ? Self.dataDigest(of: results) : nil,
      config: first.config, versions: first.versions, profile: first.profile,
      limit: first.limit, fineTuning: first.fineTuning,
      layerChoice: first.layerChoice, worstCases: Self.worst(of: results).orNil,
      skippedBatches: results.flatMap { $0.skippedBatches ?? [] }.orNil,
      warnings: folds.flatMap { fold in
        fold.result.warnings.map { "\(fold.name): \($0)" }
      },
      cost: Cost(sumOf: results.map(\.cost)),
      finishedAt: results.map(\.finishedAt).max() ?? first.finishedAt)
    (listsDigest, deviations) = (first.listsDigest, first.deviations)
    paddedUtterances = first.paddedUtterances
    silentUtterances = first.silentUtterances
    aloneInBatch = AloneInBatch(of: results.compactMap(\.aloneInBatch))
    unsoundSteps = UnsoundSteps(of: results.compactMap(\.unsoundSteps))
  }

  private static func means(of folds: [ExperimentResult]) -> [Metric] {
    (folds.first?.metrics ?? []).map { metric in
      var mean = metric
      let values = folds.compactMap { fold in
        fold.metrics.first {
          $0.name == metric.name && $0.split == metric.split
        }?.value
      }
      mean.value = values.reduce(0, +) / Double(values.count)
      return mean
    }
  }

  /// As many as the fold has that names most.
  private static func worst(of folds: [ExperimentResult]) -> [WorstCase] {
    let lists: [[WorstCase]] = folds.compactMap(\.worstCases)
    let most: Int = lists.map(\.count).max() ?? 0
    let all = lists.flatMap { $0 }.sorted {
      (one: WorstCase, other: WorstCase) -> Bool in
      one.error != other.error
        ? one.error > other.error : one.id < other.id
    }
    return Array(all.prefix(most))
  }

  private static func dataDigest(of folds: [ExperimentResult]) -> String {
    let digest = DigestHasher()
    folds.forEach { digest.combine($0.dataDigest ?? "") }
    return digest.finish().hexadecimal
  }

  package static func timestamp() -> String {
    Date().formatted(.iso8601)
  }
}

extension ExperimentResult.Failure {
  /// Why the first fold has failed that has; nil if none has.
  fileprivate init?(
    ofFolds folds: [(name: String, result: ExperimentResult)]
  ) {
    guard let failed = folds.first(where: { $0.result.status == .failed })
    else { return nil }
    self.init(
      kind: failed.result.failure?.kind ?? .bug,
      reason: "\(failed.name): "
        + (failed.result.failure?.reason ?? "no reason"))
  }
}

extension ExperimentResult.Cost {
  /// Of folds, one after the other.
  fileprivate init(sumOf costs: [Self]) {
    self.init(
      wallSeconds: costs.map(\.wallSeconds).reduce(0, +),
      cpuSeconds: costs.map(\.cpuSeconds).reduce(0, +),
      peakMemoryBytes: costs.map(\.peakMemoryBytes).max() ?? 0,
      upstreamPasses: costs.map(\.upstreamPasses).reduce(0, +),
      trainingSteps: costs.map(\.trainingSteps).reduce(0, +),
      trainingSeconds: costs.map(\.trainingSeconds).reduce(0, +),
      peakTensorBytes: costs.compactMap(\.peakTensorBytes).max(),
      joint: costs.lazy.compactMap(\.joint).first,
      machine: costs.lazy.compactMap(\.machine).first)
  }
}

extension Array {
  /// Files leave out what there is none of.
  fileprivate var orNil: Self? { isEmpty ? nil : self }
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
        "selection": .string(feature.stateName),
        "layer": feature.layer.map { .integer(Int64($0)) } ?? .null,
        "normalize": .bool(feature.normalize),
        "dtype": .string(feature.halfPrecision ? "float16" : "float32"),
      ]),
      "fold": fold.map(JSONValue.string) ?? .null,
      "task_digest": .string(libraryDigest),
    ])
  }
}
