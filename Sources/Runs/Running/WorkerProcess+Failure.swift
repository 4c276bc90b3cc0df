import Diagnostics
import Files
import Foundation
import Hosting
import Records

extension WorkerProcess.End {
  /// Why an experiment has no result of its own, in one sentence.
  ///
  /// - Parameter folder: the worker's, with its standard error and its note
  ///   of the task's last call.
  package func failure(folder: String) -> ExperimentResult.Failure {
    let place = CallNote.take(from: folder).map { ", \($0)" } ?? ""
    let last =
      FileManager.default.contents(atPath: folder + "/worker.log")
      .flatMap { BoundedText.lastWords(in: $0) }.map { ": \($0)" } ?? ""
    switch self {
    case .signalled(let signal):
      let name = strsignal(signal).map { String(cString: $0) } ?? ""
      let hint =
        switch signal {
        case SIGKILL: ", as when memory runs out"
        case SIGBUS: ", as when a file in memory is cut short"
        default: ""
        }
      return ExperimentResult.Failure(
        kind: .crashed,
        reason:
          "the task crashed with signal \(signal), \(name)\(place)\(hint)\(last)"
      )
    case .hung(let seconds):
      return ExperimentResult.Failure(
        kind: .hung,
        reason: "no sign of life for \(seconds) s, ended\(place)")
    case .grewTooLarge(let bytes):
      return ExperimentResult.Failure(
        kind: .memory,
        reason: "more than \(ByteCount.shown(bytes)) of memory, ended\(place)"
          + " (smaller batches may help, or --memory-limit)")
    case .exited(ExitCode.userError):
      // It had no chance to write a result: what it read has gone.
      return ExperimentResult.Failure(
        kind: .user,
        reason: last.hasPrefix(": error: ")
          ? String(last.dropFirst(9)) : "the worker could not go on\(last)")
    case .exited(ExitCode.interrupted):
      return ExperimentResult.Failure(
        kind: .crashed, reason: "somebody else told the worker to stop")
    case .exited(let code):
      return ExperimentResult.Failure(
        kind: .crashed,
        reason: "the worker ended with exit code \(code)\(place)\(last)")
    }
  }
}
