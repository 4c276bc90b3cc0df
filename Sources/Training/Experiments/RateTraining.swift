import Diagnostics
import Files
import Foundation
import Hosting
import Tensors

/// The process that trains some rates of an experiment's grid beside its
/// worker, in the rates' own folders, to states that the worker continues from.
package struct RateTraining {
  /// The hidden command that the worker runs.
  package static let command = "train-rates"

  private let run: ExperimentRun
  private let share: Int
  private let started = Date()

  /// - Parameters:
  ///   - folder: an experiment's folder with its `experiment.json`.
  ///   - share: which of the grid's shares.
  package init(folder: String, share: Int) throws {
    run = try ExperimentRun(
      folder: folder, report: WorkerReport(descriptor: STDOUT_FILENO))
    self.share = share
  }

  /// Returns the process's exit code.
  package func work() throws -> Int32 {
    Lifeline.hold()
    Engine.flushSubnormals()
    do {
      try train()
      return ExitCode.done
    } catch is Interrupted {
      return ExitCode.interrupted
    } catch let failure as TaskFailure where failure.isCancellation {
      return ExitCode.interrupted
    }
  }

  private func train() throws {
    let experiment = run.experiment
    guard
      let shares = RateShares(
        experiment.config.settings.learningRates, threads: experiment.threads),
      shares.rates.indices.contains(share)
    else { throw InternalError("there is no share \(share) of the grid") }
    let session = try ExperimentSession(
      experiment, threads: shares.threads, report: run.report)
    let spans = try session.spans()
    try session.extract(Array(spans.values))
    try session.look(atDataOf: spans)
    let search = try run.search(
      beginningWith: session, rates: shares.rates[share])
    defer { search.keepCosts(since: started) }
    try search.finishOrKeep()
    try search.keepEnds()
  }
}
