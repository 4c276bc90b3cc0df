import Configuration
import Diagnostics

/// What the `runner` section counts in epochs in place of updates. How many
/// updates these are is known once the task has planned an epoch.
package struct EpochSettings: Equatable, Sendable {
  /// `num_epochs`, in place of `total_steps`; nil for updates.
  package var total: Int?
  /// `eval_epochs` and `save_epochs`, in place of the steps of that name.
  package var evaluations: Int?
  package var states: Int?
  /// `log_step: -n`: n reports an epoch.
  package var reports: Int?

  /// Each key, and the one that says the same in updates.
  static let rivals = [
    ("num_epochs", "total_steps"), ("eval_epochs", "eval_step"),
    ("save_epochs", "save_step"),
  ]

  static let keys = rivals.map(\.0)

  package var isEmpty: Bool { self == EpochSettings() }

  private init() {}

  /// - Parameter root: a task's whole configuration.
  init(_ root: ConfigValue) throws {
    func count(_ rival: (key: String, other: String)) throws -> Int? {
      let (path, other) = ("runner.\(rival.key)", rival.other)
      guard let value = try root.value(at: path) else { return nil }
      guard try root.value(at: "runner.\(other)") == nil else {
        throw UserError(
          "\(path) and runner.\(other) say the same in two units",
          at: value.mark?.description, fix: "leave one of them out")
      }
      return try root.int(
        at: path, in: 1...RunnerSettings.mostEpochs, default: 1)
    }
    total = try count(Self.rivals[0])
    evaluations = try count(Self.rivals[1])
    states = try count(Self.rivals[2])
    if case .integer(let step)? = try root.value(at: "runner.log_step")?.kind,
      step < 0, step >= -1_000_000
    {
      reports = Int(-step)
    }
  }
}

extension RunnerSettings {
  static let mostEpochs = 1_000_000

  /// In updates, now that the epoch is known.
  ///
  /// - Parameter batches: of an epoch.
  /// - Throws: `UserError` for a training longer than ``mostSteps``.
  package func counted(batches: Int) throws -> RunnerSettings {
    var settings = self
    let batches = max(1, batches)
    func interval(_ epochs: Int, parts: Int = 1) -> StepInterval {
      StepInterval(
        batches: batches, accumulation: accumulation, epochs: epochs,
        parts: parts)
    }
    if let count = epochs.total {
      let left = max(0, count - startEpoch)
      let (all, overflows) = left.multipliedReportingOverflow(by: batches)
      let steps = overflows ? .max : (all + accumulation - 1) / accumulation
      guard steps <= Self.mostSteps else {
        throw UserError(
          "\(left) epochs of \(batches) batches are more than"
            + " \(Self.mostSteps) updates", at: "runner.num_epochs")
      }
      settings.totalSteps = steps
    }
    if let count = epochs.evaluations { settings.evalStep = interval(count) }
    if let count = epochs.states { settings.saveStep = interval(count) }
    if let count = epochs.reports {
      settings.logStep = interval(1, parts: count)
    }
    return settings
  }

  /// Whether the split is evaluated when step `step` is.
  package func evaluates(_ split: String, at step: Int) -> Bool {
    evalEvery[split].map { evalStep.count(by: step) % $0 == 0 } ?? true
  }
}
