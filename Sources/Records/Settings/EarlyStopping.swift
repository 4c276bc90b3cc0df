import Configuration
import Diagnostics

/// When to end training before its last step: no evaluation was better for
/// so long (`runner.early_stopping`).
package struct EarlyStopping: Equatable, Sendable {
  package enum Mode: String, CaseIterable, Sendable {
    /// Better by ``threshold`` × the best value.
    case relative
    /// Better by ``threshold``.
    case absolute
  }

  package var split: String
  /// Of the task's metrics; nil for the one that ranks.
  package var metric: String?
  /// Evaluations without an improvement after which training ends.
  package var patience: Int
  /// What counts as one.
  package var threshold: Double
  package var mode: Mode

  /// What it has seen, for checkpoints.
  package struct Progress: Codable, Equatable {
    /// The value to beat.
    package var best: Double?
    /// Evaluations since.
    package var waited = 0
    /// The step at which training has ended.
    package var stoppedAt: Int?
  }

  package static let key = "runner.early_stopping"

  /// - Parameter root: a task's whole configuration.
  package init?(_ root: ConfigValue, evalSplits: [String]) throws {
    guard try root.value(at: Self.key) != nil else { return nil }
    try root.checkKeys(
      known: ["split", "metric", "patience", "threshold", "mode"],
      at: Self.key)
    split = try root.string(
      at: Self.key + ".split", default: evalSplits.first ?? "dev")
    metric =
      try root.value(at: Self.key + ".metric") == nil
      ? nil : try root.string(at: Self.key + ".metric")
    _ = try root.int(at: Self.key + ".patience")
    patience = try root.int(
      at: Self.key + ".patience", in: 1...RunnerSettings.mostSteps, default: 1)
    threshold =
      try root.double(
        at: Self.key + ".threshold", "a number of 0 or more",
        where: { $0 >= 0 && $0.isFinite }) ?? 0
    let mode = try root.string(at: Self.key + ".mode", default: "relative")
    guard let mode = Mode(rawValue: mode) else {
      throw UserError(
        "expected relative or absolute, not '\(mode)'",
        at: try root.value(at: Self.key + ".mode")?.mark?.description)
    }
    self.mode = mode
    guard evalSplits.contains(split) else {
      throw UserError(
        "'\(split)' is not evaluated during training",
        at: try root.value(at: Self.key + ".split")?.mark?.description,
        fix: "name one of runner.eval_dataloaders: "
          + evalSplits.joined(separator: ", "))
    }
  }

  /// Takes note of an evaluation.
  package func note(
    _ value: Double, higherIsBetter: Bool, step: Int,
    in progress: inout Progress
  ) {
    let isBetter =
      progress.best.map { best in
        let least = mode == .absolute ? threshold : threshold * abs(best)
        return higherIsBetter ? value > best + least : value < best - least
      } ?? !value.isNaN
    if isBetter {
      progress.best = value
      progress.waited = 0
      return
    }
    progress.waited += 1
    if progress.waited >= patience { progress.stoppedAt = step }
  }
}
