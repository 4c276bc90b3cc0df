import Diagnostics
import Foundation
import Records

extension WorkerProcess.End {
  /// Why an experiment has no result of its own, in one sentence.
  ///
  /// - Parameter log: the file of the worker's standard error.
  func failure(log: String) -> ExperimentResult.Failure {
    let last =
      FileManager.default.contents(atPath: log)
      .map { String(decoding: $0.suffix(2000), as: UTF8.self) }?
      .split(separator: "\n").last.map { ": \($0)" } ?? ""
    switch self {
    case .signalled(let signal):
      let name = strsignal(signal).map { String(cString: $0) } ?? ""
      let hint = signal == SIGKILL ? ", as when memory runs out" : ""
      return ExperimentResult.Failure(
        kind: .crashed,
        reason:
          "the task crashed with signal \(signal), \(name)\(hint)\(last)")
    case .hung(let seconds):
      return ExperimentResult.Failure(
        kind: .hung, reason: "no sign of life for \(seconds) s, ended")
    case .grewTooLarge(let bytes):
      return ExperimentResult.Failure(
        kind: .memory,
        reason: "more than \(ByteCount.shown(bytes)) of memory, ended"
          + " (smaller batches may help, or --memory-limit)")
    case .exited(ExitCode.interrupted):
      return ExperimentResult.Failure(
        kind: .crashed, reason: "somebody else told the worker to stop")
    case .exited(let code):
      return ExperimentResult.Failure(
        kind: .crashed,
        reason: "the worker ended with exit code \(code)\(last)")
    }
  }
}
