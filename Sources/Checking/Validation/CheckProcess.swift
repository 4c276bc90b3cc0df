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
    var (signal, exit): (Int32?, Int32) = (nil, 0)
    switch output.outcome {
    case .ended(.exited(let code)): exit = code
    case .ended(.signalled(let number)): signal = number
    case .tookTooLong, .silent, .grewTooLarge: break
    }
    return Self.outcome(
      of: Self.messages(in: output.text),
      isHung: output.outcome == .tookTooLong(.seconds(subject.timeLimit)),
      timeLimit: subject.timeLimit, signal: signal, exit: exit,
      lastWords: BoundedText.lastWords(in: output.errors.bytes)
        .map { String($0.prefix(200)) })
  }

  private static func outcome(
    of messages: [CheckMessage], isHung: Bool, timeLimit: Int, signal: Int32?,
    exit: Int32, lastWords: String?
  ) -> Outcome {
    let call = messages.last { $0.doing != nil }?.doing ?? "starting"
    let words = lastWords.map { ": \($0)" } ?? ""
    if isHung {
      return Outcome(
        status: .hung, message: "no end of '\(call)' within \(timeLimit) s")
    }
    if let signal {
      return Outcome(
        status: .crashed,
        message: "signal \(signal) (\(name(of: signal))) in '\(call)'\(words)")
    }
    guard let last = messages.last(where: { $0.status != nil }),
      let status = last.status
    else {
      return Outcome(
        status: .crashed,
        message: "the process ended with code \(exit) in '\(call)'\(words)")
    }
    guard exit == ExitCode.done else {
      return Outcome(
        status: .crashed, message: "the process ended with code \(exit)")
    }
    return Outcome(
      status: status, message: last.message ?? "",
      descriptions: last.descriptions)
  }

  private static func messages(in output: String) -> [CheckMessage] {
    let decoder = JSONDecoder()
    return output.split(separator: "\n").compactMap {
      try? decoder.decode(CheckMessage.self, from: Data($0.utf8))
    }
  }

  private static func name(of signal: Int32) -> String {
    strsignal(signal).map { String(cString: $0) } ?? "unknown"
  }
}
