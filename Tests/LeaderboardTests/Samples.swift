import Foundation
import Records

@testable import Leaderboard

/// A metric on the test split, primary unless said otherwise.
func metric(
  _ name: String, _ value: Double, title: String? = nil,
  split: String = "test", unit: MetricUnit = .fraction,
  higherIsBetter: Bool = true, isPrimary: Bool = true
) -> ExperimentResult.Metric {
  ExperimentResult.Metric(
    name: name, title: title ?? name, split: split, value: value, unit: unit,
    higherIsBetter: higherIsBetter, isPrimary: isPrimary)
}

func result(
  _ upstream: String, _ task: String, _ metrics: [ExperimentResult.Metric],
  failure: ExperimentResult.Failure? = nil, profile: ExperimentProfile = .full,
  limit: Int? = nil, finishedAt: String = "2025-03-01T12:00:00Z",
  signature: String = "0123456789abcdef"
) -> ExperimentResult {
  var result = ExperimentResult(
    status: failure == nil ? .done : .failed, failure: failure,
    upstream: .init(
      name: upstream, digest: "d1", layers: 13, dimension: 768,
      samplesPerFrame: 320),
    task: .init(id: task, title: "Task \(task)", version: 1),
    metrics: metrics, signature: signature, seed: 7,
    config: .map(["optimizer": .map(["lr": .number(0.5)])]),
    versions: ["superb": "1.0"],
    cost: .init(
      wallSeconds: 12.5, cpuSeconds: 20, peakMemoryBytes: 64_000_000,
      upstreamPasses: 10, trainingSteps: 100),
    finishedAt: finishedAt)
  result.profile = profile
  result.limit = limit
  return result
}

/// A leaderboard of results that never were files.
func board(_ results: [ExperimentResult]) -> Leaderboard {
  Leaderboard(
    results.map {
      ("\($0.upstream.name)/\($0.task.id)/result.json", $0)
    })
}

func standings(
  _ results: [ExperimentResult], taskOrder: [String] = [],
  metrics: Leaderboard.Metrics = .all, score: ScoreAnchors? = nil
) -> Standings {
  Standings(
    board(results), taskOrder: taskOrder, metrics: metrics, score: score)
}

/// Two upstreams on three tasks: errors and accuracies, two metrics on one
/// task, one failure, one cell missing, one limited run.
func smallBoard() -> [ExperimentResult] {
  let crashed = ExperimentResult.Failure(
    kind: .crashed, reason: "the task's process died of signal 11")
  return [
    result(
      "fbank", "asr",
      [
        metric(
          "wer", 23.18, title: "WER", unit: .percent, higherIsBetter: false),
        metric(
          "wer", 20.5, title: "WER", split: "dev", unit: .percent,
          higherIsBetter: false, isPrimary: false),
      ]),
    result(
      "hubert", "asr",
      [metric("wer", 6.42, title: "WER", unit: .percent, higherIsBetter: false)]
    ),
    result(
      "hubert", "sf",
      [
        metric(
          "cer", 0.252, title: "CER", higherIsBetter: false, isPrimary: false),
        metric("f1", 0.8853, title: "slot F1"),
      ]),
    result("fbank", "ks", [metric("acc", 0.4138, title: "accuracy")]),
    result("hubert", "ks", [], failure: crashed),
    result(
      "hubert", "ks", [metric("acc", 0.5, title: "accuracy")],
      profile: .smoke, limit: 8),
  ]
}

/// A folder that is gone when the test ends.
final class TemporaryFolder {
  let url: URL
  var path: String { url.path }

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("leaderboard-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ data: Data, to path: String) throws {
    let file = url.appendingPathComponent(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  func write(_ result: ExperimentResult, to path: String) throws {
    try write(try result.encoded(), to: path)
  }
}
