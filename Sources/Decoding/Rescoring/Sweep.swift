import Diagnostics

/// The settings of a sweep: those that were tried before are not tried again.
package struct Sweep {
  /// Values by name.
  package typealias Setting = [String: Double]

  /// In the order in which they are tried.
  package var settings: [Setting]
  /// What all trials share, as ``SweepLog/Trial/subject``.
  package var subject: String

  package init(settings: [Setting], subject: String) {
    self.settings = settings
    self.subject = subject
  }

  /// Has what is left to do done, and keeps it as it comes.
  ///
  /// - Parameters:
  ///   - evaluate: the errors that a setting leaves.
  ///   - finished: told after each new trial, with its place among all.
  /// - Returns: a trial for each setting, in their order.
  /// - Throws: `Interrupted` if the runner was asked to stop; what is finished
  ///   is kept.
  package func run(
    on runner: any TrialRunner, log: SweepLog,
    evaluate: (Setting) throws -> WordErrors,
    finished: (_ place: Int, SweepLog.Trial) -> Void = { _, _ in }
  ) throws -> [SweepLog.Trial] {
    let places = settings.indices.filter {
      log.trial(settings[$0], subject: subject) == nil
    }
    try runner.run(places.map { settings[$0] }, evaluate) { index, errors in
      let trial = SweepLog.Trial(
        settings: settings[places[index]], errors: errors.errors,
        words: errors.words, subject: subject)
      try log.append(trial)
      finished(places[index], trial)
    }
    return try settings.map { setting in
      guard let trial = log.trial(setting, subject: subject) else {
        throw InternalError("a runner has left out a trial")
      }
      return trial
    }
  }
}

/// Where the trials of a sweep are worked off.
package protocol TrialRunner {
  /// Tries all settings, in any order, and keeps each result as it comes.
  ///
  /// - Parameters:
  ///   - evaluate: tries one setting in this process.
  ///   - keep: takes the index of a setting and its errors; never called on
  ///     two threads at once.
  /// - Throws: `Interrupted` if it was asked to stop.
  func run(
    _ settings: [Sweep.Setting],
    _ evaluate: (Sweep.Setting) throws -> WordErrors,
    keep: (_ index: Int, WordErrors) throws -> Void
  ) throws
}

/// One trial after the other, here: each is spread over all cores already.
package struct LocalTrialRunner: TrialRunner {
  package init() {}

  package func run(
    _ settings: [Sweep.Setting],
    _ evaluate: (Sweep.Setting) throws -> WordErrors,
    keep: (_ index: Int, WordErrors) throws -> Void
  ) throws {
    for (index, setting) in settings.enumerated() {
      if Interruption.isRequested { throw Interrupted() }
      try keep(index, try evaluate(setting))
    }
  }
}
