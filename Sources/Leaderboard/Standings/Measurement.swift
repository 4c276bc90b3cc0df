import Foundation
import Records

/// One record of the long form: one figure of one result, or one failure.
struct Measurement: Encodable, Equatable {
  var upstream: String
  var task: String
  /// Nil, with ``title``, ``split``, ``value``, ``unit`` and ``direction``,
  /// for a failure without figures.
  var metric: String?
  var title: String?
  var split: String?
  /// As the task reports it; a fraction stays a fraction.
  var value: Double?
  var unit: String?
  /// `higher` or `lower`, whichever is better.
  var direction: String?
  var isPrimary = false
  var status: String
  var failureKind: String?
  var reason: String?
  var signature: String
  var profile: String
  var limit: Int?
  var seed: UInt64
  var taskVersion: Int
  var finishedAt: String
  var path: String
  var olderResults: Int
  /// The figure in each fold, in the folds' order.
  var foldValues: [Double]?
  /// The sample standard deviation (n − 1) of ``foldValues``.
  var foldSampleDeviation: Double?
  /// Where ``value`` is a mean over seeds: these, and the figure of each.
  var seeds: [UInt64]?
  var seedValues: [Double]?
  /// The sample standard deviation (n − 1) of ``seedValues``.
  var seedSampleDeviation: Double?
  /// Whether a better setting may lie beyond those that were tried; nil where
  /// nothing was chosen.
  var isFinal: Bool?

  /// All records of one result, its metrics in their own order.
  static func all(of entry: Leaderboard.Entry) -> [Measurement] {
    let bare = Measurement(withoutFigureOf: entry)
    guard !entry.result.metrics.isEmpty else { return [bare] }
    return entry.result.metrics.map { metric in
      var record = bare
      record.metric = metric.name
      record.title = metric.title
      record.split = metric.split
      record.value = metric.value.isFinite ? metric.value : nil
      record.unit = metric.unit.rawValue
      record.direction = metric.higherIsBetter ? "higher" : "lower"
      record.isPrimary = metric.isPrimary
      let values = entry.result.foldValues(of: metric)
      if !values.isEmpty {
        record.foldValues = values
        record.foldSampleDeviation = values.sampleDeviation
      }
      let seedValues = entry.seedValues(of: metric)
      if !seedValues.isEmpty {
        record.seeds = entry.seeds.map(\.seed)
        record.seedValues = seedValues
        record.seedSampleDeviation = seedValues.sampleDeviation
      }
      return record
    }
  }

  private init(withoutFigureOf entry: Leaderboard.Entry) {
    let result = entry.result
    upstream = result.rowName
    task = result.task.id
    status = result.status.rawValue
    failureKind = result.failure?.kind.rawValue
    reason = result.failure?.reason
    signature = result.signature
    profile = result.profile.rawValue
    limit = result.limit
    seed = result.seed
    taskVersion = result.task.version
    finishedAt = result.finishedAt
    path = entry.path
    olderResults = entry.olderResults
    isFinal = entry.isFinal
  }
}

extension ExperimentResult {
  /// A metric in every fold that has it.
  package func foldValues(of metric: Metric) -> [Double] {
    let key = Column.Metric(metric)
    return folds.compactMap { fold in
      fold.metrics.first { Column.Metric($0) == key }?.value
    }
    .filter(\.isFinite)
  }
}
