import Configuration
import Diagnostics

/// The best checkpoints by one metric, besides those that the task names
/// (`runner.best_checkpoints`): `best-<split>-<metric>-<step>.ckpt`.
package struct BestCheckpoints: Equatable, Sendable {
  package var split: String
  package var metric: String
  /// How many to keep.
  package var count: Int
  /// Whether their mean is evaluated too.
  package var averages: Bool
  /// Whether higher is better, where that is not left to the metric.
  package var higherIsBetter: Bool?

  /// One that is kept.
  package struct Kept: Codable, Equatable {
    package var step: Int
    package var value: Double

    package init(step: Int, value: Double) {
      self.step = step
      self.value = value
    }
  }

  package static let key = "runner.best_checkpoints"

  /// `best-<split>-<metric>`, with `-max` or `-min` if the user has said
  /// which.
  package var name: String {
    "best-\(split)-\(metric)"
      + (higherIsBetter.map { $0 ? "-max" : "-min" } ?? "")
  }

  package func fileName(step: Int) -> String { "\(name)-\(step).ckpt" }

  /// - Parameter root: a task's whole configuration.
  package static func all(
    _ root: ConfigValue, evalSplits: [String], trainSplit: String
  ) throws -> [BestCheckpoints] {
    try root.list(at: key, default: []).indices.map { index in
      let place = "\(key).\(index)"
      try root.checkKeys(
        known: ["split", "metric", "keep", "average", "mode"], at: place)
      let best = BestCheckpoints(
        split: try root.string(
          at: place + ".split", default: evalSplits.first ?? "dev"),
        metric: try root.string(at: place + ".metric"),
        count: try root.int(
          at: place + ".keep", in: 1...RunnerSettings.mostKept, default: 1),
        averages: try root.bool(at: place + ".average", default: false),
        higherIsBetter: try mode(root, at: place + ".mode"))
      guard (evalSplits + [trainSplit]).contains(best.split) else {
        throw UserError(
          "'\(best.split)' is neither trained nor evaluated during training",
          at: try root.value(at: place)?.mark?.description,
          fix: "name one of runner.eval_dataloaders: "
            + evalSplits.joined(separator: ", "))
      }
      return best
    }
  }

  private static func mode(
    _ root: ConfigValue, at place: String
  ) throws -> Bool? {
    guard let value = try root.value(at: place) else { return nil }
    let mode = try root.string(at: place)
    guard ["max", "min"].contains(mode) else {
      throw UserError(
        "expected max or min, not '\(mode)'", at: value.mark?.description)
    }
    return mode == "max"
  }

  /// Takes note of an evaluation: what is kept afterwards, the best first. Of
  /// equal values the earlier is the better.
  package func noting(
    _ value: Double, higherIsBetter: Bool, step: Int, among kept: [Kept]
  ) -> [Kept] {
    guard value.isFinite else { return kept }
    let place =
      kept.firstIndex { higherIsBetter ? value > $0.value : value < $0.value }
      ?? kept.count
    var kept = kept
    kept.insert(Kept(step: step, value: value), at: place)
    return Array(kept.prefix(count))
  }
}
