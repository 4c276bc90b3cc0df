import Evidence
import Foundation
import Leaderboard
import Records
import Statistics

extension Exported {
  /// A record of Every Eval Ever, version 0.3.0 of its schema: one upstream
  /// with every figure on the tasks' test splits. Fractions stay fractions,
  /// percentages percentages.
  package func everyEvaluation(of upstream: String) throws -> String {
    let entries = ranked(upstream)
    let ended = entries.map(\.result.finishedAt).max() ?? ""
    let seconds =
      (try? Date(ended, strategy: .iso8601))?.timeIntervalSince1970 ?? 0
    let record = Record(
      evaluationId: "superb/\(upstream)/\(Int(seconds))",
      evaluationTimestamp: ended, retrievedTimestamp: "\(Int(seconds))",
      evalLibrary: .init(
        version: entries.first?.result.versions["superb"] ?? "unknown"),
      modelInfo: .init(
        name: upstream, id: upstream,
        additionalDetails: [
          "deployment_type": "self_deployed", "model_availability": "unknown",
          "weights_sha256": entries.first?.result.upstream.digest ?? "",
          "training": "frozen; a head for each task",
        ]),
      evaluationResults: entries.flatMap(results))
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [
      .prettyPrinted, .sortedKeys, .withoutEscapingSlashes,
    ]
    return String(decoding: try encoder.encode(record), as: UTF8.self) + "\n"
  }

  private func results(of entry: Leaderboard.Entry) -> [Record.Result] {
    let result = entry.result
    let evidence = CellEvidence(of: result, in: folder(of: entry))
    return result.metrics.filter {
      $0.split == result.primaryMetric?.split
    }.map { metric in
      let found = evidence[metric]
      let isShare = metric.unit == .fraction && metric.higherIsBetter
      return Record.Result(
        evaluationName: "\(result.task.id) \(metric.name)",
        sourceData: .init(
          datasetName: "SUPERB \(result.task.id), \(metric.split)",
          additionalDetails: result.dataDigest.map { ["sha256": $0] }),
        evaluationTimestamp: result.finishedAt,
        metricConfig: .init(
          evaluationDescription: metric.title
            + (metric.unit == .percent ? ", percent" : ""),
          lowerIsBetter: !metric.higherIsBetter,
          scoreType: isShare ? "continuous" : nil,
          minScore: isShare ? 0 : nil, maxScore: isShare ? 1 : nil),
        scoreDetails: .init(
          score: metric.value,
          details: [
            "seed": String(result.seed), "signature": result.signature,
          ],
          uncertainty: found?.interval.map {
            .init(
              confidenceInterval: .init(
                lower: $0.low, upper: $0.high,
                method: "\(found?.method ?? "") over \(found?.unit ?? "")"),
              numSamples: found?.groups,
              numBootstrapSamples: found?.method == "bootstrap"
                ? Bootstrap().resamples : nil)
          }))
    }
  }
}

/// As the schema names its parts, in snake case.
private struct Record: Encodable {
  struct Source: Encodable {
    var sourceName = "superb"
    var sourceType = "evaluation_run"
    var sourceOrganizationName = "unknown"
    var evaluatorRelationship = "other"
  }

  struct Library: Encodable {
    var name = "superb"
    var version: String
  }

  struct Model: Encodable {
    var name: String
    var id: String
    var additionalDetails: [String: String]
  }

  struct Data: Encodable {
    var datasetName: String
    var sourceType = "other"
    var additionalDetails: [String: String]?
  }

  struct Metric: Encodable {
    var evaluationDescription: String
    var lowerIsBetter: Bool
    var scoreType: String?
    var minScore: Double?
    var maxScore: Double?
  }

  struct Interval: Encodable {
    var lower: Double
    var upper: Double
    var confidenceLevel = 0.95
    var method: String
  }

  struct Uncertainty: Encodable {
    var confidenceInterval: Interval
    var numSamples: Int?
    var numBootstrapSamples: Int?
  }

  struct Score: Encodable {
    var score: Double
    var details: [String: String]
    var uncertainty: Uncertainty?
  }

  struct Result: Encodable {
    var evaluationName: String
    var sourceData: Data
    var evaluationTimestamp: String
    var metricConfig: Metric
    var scoreDetails: Score
  }

  var schemaVersion = "0.3.0"
  var evaluationId: String
  var evaluationTimestamp: String
  var retrievedTimestamp: String
  var sourceMetadata = Source()
  var evalLibrary: Library
  var modelInfo: Model
  var evaluationResults: [Result]
}
