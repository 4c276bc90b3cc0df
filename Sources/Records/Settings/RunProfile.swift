import Configuration

/// How hard a run tries: the protocol, or less of it to see that things work.
/// Only full runs are ranked.
package enum RunProfile: String, CaseIterable, Sendable {
  /// Does it run at all? A few utterances and steps.
  case smoke
  /// Does it learn? Some hundred utterances, a thousand steps.
  case dev
  /// The task's own configuration.
  case full

  /// What experiments of this profile are called by.
  package var name: ExperimentProfile {
    switch self {
    case .smoke: .smoke
    case .dev: .dev
    case .full: .full
    }
  }

  /// Utterances of each split at most, where the user says nothing else.
  package var limit: Int? {
    switch self {
    case .smoke: 16
    case .dev: 400
    case .full: nil
    }
  }

  private var mostSteps: Int? {
    switch self {
    case .smoke: 10
    case .dev: 1000
    case .full: nil
    }
  }

  /// A task's configuration with its training cut short: everything that
  /// counts in steps is shortened with it, so that what it shows is seen.
  package func shortening(_ root: ConfigValue) throws -> ConfigValue {
    let key = "runner.total_steps"
    let root = mostSteps == nil ? root : Self.withoutEpochs(root)
    guard let most = mostSteps, try root.value(at: key) != nil,
      case let steps = try root.int(at: key), steps > most
    else { return root }
    func set(
      _ path: [String], _ number: Int, in value: ConfigValue
    ) throws -> ConfigValue {
      try value.setting(
        path,
        to: ConfigValue(
          .integer(Int64(number)),
          mark: Mark(file: "--profile \(rawValue)", line: 1, column: 1)))
    }
    var short = try set(["runner", "total_steps"], most, in: root)
    for name in ["log_step", "eval_step", "save_step"] {
      let often = try root.int(at: "runner.\(name)", default: .max)
      guard often > most / 2 else { continue }
      short = try set(["runner", name], most / 2, in: short)
    }
    let warmup = "scheduler.num_warmup_steps"
    let warmupSteps = try root.int(
      at: warmup, in: 0...RunnerSettings.mostSteps, default: 0)
    if try root.value(at: warmup) != nil {
      let share = Double(warmupSteps) / Double(steps)
      short = try set(
        ["scheduler", "num_warmup_steps"], Int(share * Double(most)),
        in: short)
    }
    return short
  }

  /// In updates what counts epochs, of which a short run may not see one.
  private static func withoutEpochs(_ root: ConfigValue) -> ConfigValue {
    guard case .map(let runner)?? = try? root.value(at: "runner")?.kind,
      EpochSettings.keys.contains(where: { runner[$0]?.isNull == false })
    else { return root }
    let short = EpochSettings.keys.reduce(root) {
      $0.removing(["runner", $1])
    }
    let all = ConfigValue(
      .integer(Int64(RunnerSettings.mostSteps)),
      mark: runner["num_epochs"]?.mark)
    return runner["num_epochs"]?.isNull == false
      ? (try? short.setting(["runner", "total_steps"], to: all)) ?? short
      : short
  }
}
