import Diagnostics
import Files
import Foundation
import Hosting
import Records
import Tensors

/// The process that runs one experiment: from its folder to its exit code.
package struct Worker {
  /// The hidden command that the child process runs.
  package static let command = "worker"

  private let run: ExperimentRun
  private let started = Date()

  /// - Parameters:
  ///   - folder: an experiment's folder with its `experiment.json`.
  ///   - rank: which of `size` workers this is that train the experiment
  ///     together. The folders of all but the first are copies of its.
  package init(folder: String, rank: Int = 0, of size: Int = 1) throws {
    let report = WorkerReport(descriptor: STDOUT_FILENO)
    if size > 1 { report.exchange = RankChannel(rank: rank, size: size) }
    run = try ExperimentRun(folder: folder, report: report)
  }

  /// Runs the experiment and writes `result.json`, whether it ends well or
  /// badly. Returns the process's exit code.
  package func work() -> Int32 {
    Lifeline.hold()
    Self.raiseOutOfMemoryScore()
    Engine.flushSubnormals()
    do {
      // A worker of a run that was killed may still be on its way out.
      let lock = try FileLock(
        path: run.folder + "/" + ExperimentFolder.lockName)
      defer { lock.unlock() }
      // Whoever waits for all of them knows now that this one has begun.
      try run.report.checkAllGoOn()
      run.report.note = CallNote(folder: run.folder)
      defer { run.report.note = nil }
      let (result, corpus) = try run.result(since: started)
      try result.write(toFolder: run.folder)
      try corpus?.write(toFolder: run.folder)
      run.forgetResuming()
      return ExitCode.done
    } catch is Interrupted {
      return ExitCode.interrupted
    } catch let failure as TaskFailure where failure.isCancellation {
      return ExitCode.interrupted
    } catch {
      // What is wrong with numbers that never came is nobody's fault.
      if run.report.exchange?.isLost == true { return ExitCode.interrupted }
      return fail(ExperimentResult.Failure(of: error))
    }
  }

  /// Writes the result that has no figures, and tells the parent, in case
  /// the folder refuses it.
  private func fail(_ failure: ExperimentResult.Failure) -> Int32 {
    StandardError.note(failure.reason)
    run.report.failed(failure)
    do {
      try ExperimentResult.putAside(inFolder: run.folder)
      try ExperimentResult(
        of: run.experiment, failure: failure,
        cost: ProcessCost.current(since: started, upstreamPasses: 0)
      ).write(toFolder: run.folder)
      return ExitCode.someFailed
    } catch {
      StandardError.note("\(error)")
      return ExitCode.of(error)
    }
  }

  /// The system ends somebody when memory runs out: rather a worker, which
  /// is one cell, than the run or what else the user has open.
  private static func raiseOutOfMemoryScore() {
    guard let file = fopen("/proc/self/oom_score_adj", "w") else { return }
    fputs("500", file)
    fclose(file)
  }
}

extension ExperimentResult.Failure {
  /// Whose fault `error` is, and what it says.
  init(of error: any Error) {
    switch error {
    case let error as UserError:
      self.init(kind: .user, reason: error.description)
    case let error as ContractBreach:
      self.init(kind: .contract, reason: error.description)
    case let error as TaskFailure:
      self.init(kind: error.isBug ? .task : .user, reason: error.description)
    case let error as OperatorError:
      self.init(kind: .task, reason: error.description)
    default: self.init(kind: .bug, reason: "\(error)")
    }
    // A path or a name in it may have megabytes, and a message is one line,
    // which its reader takes up to a length only.
    let most = 1 << 14
    if reason.utf8.count > most {
      reason =
        String(decoding: reason.utf8.prefix(most), as: UTF8.self) + "…"
    }
  }
}
