import Configuration
import Diagnostics

/// How much of training is done: all of it, or less to see what a part of it
/// costs. Runs that do less are never ranked.
package enum TrainingExtent: Sendable {
  case full
  /// `runner.dry_run`: batches and their features are read, and no more.
  case data
  /// `runner.no_optim`: forward and evaluations, the head stays as it began.
  case forward

  /// What experiments are called by that do less than all; nil for all.
  package var profile: ExperimentProfile? {
    switch self {
    case .full: nil
    case .data: .data
    case .forward: .forward
    }
  }

  /// - Parameter root: a task's whole configuration.
  package init(_ root: ConfigValue) throws {
    let isDry = try root.bool(at: "runner.dry_run", default: false)
    let isIdle = try root.bool(at: "runner.no_optim", default: false)
    guard !(isDry && isIdle) else {
      throw UserError(
        "runner.dry_run and runner.no_optim exclude each other",
        at: try root.value(at: "runner.no_optim")?.mark?.description)
    }
    self = isDry ? .data : isIdle ? .forward : .full
  }
}
