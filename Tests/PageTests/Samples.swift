import Foundation
import Records

@testable import Leaderboard

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
  failure: ExperimentResult.Failure? = nil, signature: String = "0123456789ab"
) -> ExperimentResult {
  ExperimentResult(
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
    finishedAt: "2025-03-01T12:00:00Z")
}

/// A folder of runs that is removed when it is no longer needed.
final class RunsFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "superb-page-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a result and its answers on `test`, and gives its folder.
  @discardableResult
  func add(
    _ result: ExperimentResult,
    answers: [(id: String, predicted: String, truth: String)] = []
  ) throws -> String {
    let folder = [path, result.upstream.name, result.task.id, result.signature]
      .joined(separator: "/")
    try FileManager.default.createDirectory(
      atPath: folder + "/predictions", withIntermediateDirectories: true)
    try result.write(toFolder: folder)
    let lines = answers.map {
      "{\"id\":\"\($0.id)\",\"predicted\":\"\($0.predicted)\","
        + "\"truth\":\"\($0.truth)\"}\n"
    }
    if !lines.isEmpty {
      try lines.joined().write(
        toFile: folder + "/predictions/test.jsonl", atomically: true,
        encoding: .utf8)
    }
    return folder
  }

  func board() throws -> Leaderboard { try Leaderboard.collect(runs: path) }
}

/// 40 answers, of which `right` are right, over two classes.
func answers(
  right: Int, of count: Int = 40
) -> [(id: String, predicted: String, truth: String)] {
  (0..<count).map { i in
    let truth = i % 2 == 0 ? "yes" : "no"
    let wrong = i % 2 == 0 ? "no" : "yes"
    return ("u\(100 + i)", i < right ? truth : wrong, truth)
  }
}
