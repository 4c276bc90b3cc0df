import Diagnostics
import Files
import Foundation

/// A check in the process that is its own.
package enum CheckWorker {
  /// The hidden command that the child process runs, below `superb task`.
  package static let command = "run-check"

  /// Runs check `id` on the subject in the file at `path`, and reports on
  /// standard output. The task's own output goes to standard error.
  package static func run(check id: String, subject path: String) throws {
    let check = try TaskCheck.named(id)
    let subject = try CheckSubject.read(from: path)
    Lifeline.hold()
    let channel = dup(STDOUT_FILENO)
    dup2(STDERR_FILENO, STDOUT_FILENO)
    // A crash leaves no file of the size of the process behind.
    var limit = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(4), &limit)

    let run = CheckRun(subject) { send($0, to: channel) }
    send(conclusion(of: check, run), to: channel)
  }

  /// What `check` finds in this process.
  static func conclusion(of check: TaskCheck, _ run: CheckRun) -> CheckMessage {
    do {
      try check.body(run)
      run.doing("ending the process")
      return CheckMessage(
        status: run.warnings.isEmpty ? .passed : .warning,
        message: run.warnings.isEmpty
          ? check.promise : run.warnings.joined(separator: "; "),
        descriptions: run.descriptions)
    } catch let skipped as Skipped {
      return CheckMessage(status: .skipped, message: skipped.reason)
    } catch let breach as ContractBreach {
      return CheckMessage(
        status: .failed, message: "\(breach.call): \(breach.what)")
    } catch {
      return CheckMessage(status: .failed, message: "\(error)")
    }
  }

  private static func send(_ message: CheckMessage, to channel: Int32) {
    guard var line = try? JSONEncoder().encode(message) else { return }
    line.append(UInt8(ascii: "\n"))
    StandardError.write(Array(line), to: channel)
  }
}
