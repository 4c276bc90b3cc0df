import Diagnostics
import Files
import Foundation
import Records

/// Runs a check in a process of its own, so that a crash is a result.
struct CheckProcess {
  let executable: String
  /// Holds the subject's file.
  let folder: String

  /// How a check has ended, as its process and its messages tell.
  struct Outcome {
    var status: CheckStatus
    var message: String
    var descriptions: [TaskDescription]?
  }

  func run(_ check: TaskCheck, on subject: CheckSubject) throws -> Outcome {
    let path = folder + "/subject.json"
    try subject.write(to: path)
    let output = try Subprocess.run(
      .itself(executable, ["task", CheckWorker.command, check.id, path]),
      limits: SupervisedChild.Limits(time: .seconds(subject.timeLimit)))
    let messages = Self.messages(in: output.text)
    let call = messages.last { $0.doing != nil }?.doing ?? "starting"
    let words =
      BoundedText.lastWords(in: output.errors.bytes)
      .map { ": \($0.prefix(200))" } ?? ""
    func crashed(_ message: String) -> Outcome {
      Outcome(status: .crashed, message: message)
    }
    switch output.outcome {
    case .ended(.signalled(let signal)):
      let name = strsignal(signal).map { String(cString: $0) } ?? "unknown"
      return crashed("signal \(signal) (\(name)) in '\(call)'\(words)")
    case .ended(.exited(let code)):
      guard let last = messages.last(where: { $0.status != nil }),
        let status = last.status
      else {
        return crashed(
          "the process ended with code \(code) in '\(call)'\(words)")
      }
      guard code == ExitCode.done else {
        return crashed("the process ended with code \(code)")
      }
      return Outcome(
        status: status, message: last.message ?? "",
        descriptions: last.descriptions)
    case .tookTooLong, .silent, .grewTooLarge:
      return Outcome(
        status: .hung,
        message: "no end of '\(call)' within \(subject.timeLimit) s")
    }
  }

  private static func messages(in output: String) -> [CheckMessage] {
    let decoder = JSONDecoder()
    return output.split(separator: "\n").compactMap {
      try? decoder.decode(CheckMessage.self, from: Data($0.utf8))
    }
  }
}
