import Diagnostics
import Dispatch
import Files
import Foundation
import Records

/// Runs a check in a process of its own, so that a crash is a result.
struct CheckProcess {
  let executable: String
  /// Holds the subject's file, and what the process writes.
  let folder: String

  /// How a check has ended, as its process and its messages tell.
  struct Outcome {
    var status: CheckStatus
    var message: String
    var descriptions: [TaskDescription]?
  }

  func run(_ check: TaskCheck, on subject: CheckSubject) throws -> Outcome {
    let paths = (
      subject: folder + "/subject.json", output: folder + "/output",
      errors: folder + "/errors"
    )
    try subject.write(to: paths.subject)
    let output = try Self.emptyFile(paths.output)
    let errors = try Self.emptyFile(paths.errors)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = ["task", CheckWorker.command, check.id, paths.subject]
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    do {
      try process.run()
    } catch {
      throw UserError("cannot start a check: \(error)", at: executable)
    }
    let isHung =
      ended.wait(timeout: .now() + .seconds(subject.timeLimit)) == .timedOut
    if isHung {
      kill(process.processIdentifier, SIGKILL)
      ended.wait()
    }
    return Self.outcome(
      of: Self.messages(in: paths.output), isHung: isHung,
      timeLimit: subject.timeLimit,
      signal: process.terminationReason == .uncaughtSignal
        ? process.terminationStatus : nil,
      exit: process.terminationStatus,
      lastWords: Self.lastLine(of: paths.errors))
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

  private static func messages(in path: String) -> [CheckMessage] {
    let bytes = FileManager.default.contents(atPath: path) ?? Data()
    let decoder = JSONDecoder()
    return bytes.split(separator: UInt8(ascii: "\n")).compactMap {
      try? decoder.decode(CheckMessage.self, from: $0)
    }
  }

  /// The last line of what the process complained of, which is where a
  /// failed assertion speaks.
  private static func lastLine(of path: String) -> String? {
    let bytes = FileManager.default.contents(atPath: path) ?? Data()
    let line = String(decoding: bytes.suffix(4096), as: UTF8.self)
      .split(separator: "\n").last
    return line.map { String($0.prefix(200)) }
  }

  private static func emptyFile(_ path: String) throws -> FileHandle {
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forWritingAtPath: path)
    else {
      throw UserError("cannot write: \(posixReason())", at: path)
    }
    return file
  }

  private static func name(of signal: Int32) -> String {
    strsignal(signal).map { String(cString: $0) } ?? "unknown"
  }
}
