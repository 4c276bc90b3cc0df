import Foundation

/// The built `superb`, run as a user runs it.
enum Program {
  /// What one run of it came to.
  struct Outcome {
    /// Nil if a signal ended it.
    var exitCode: Int32?
    var signal: Int32?
    var output: String
    var errors: String
    var seconds: Double
  }

  /// It lies beside the tests, in `.build/<configuration>`.
  static let executable: String = {
    let tests =
      (try? FileManager.default.destinationOfSymbolicLink(
        atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return (tests as NSString).deletingLastPathComponent + "/superb"
  }()

  /// The checkout that the tests were built from.
  static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// Runs it to its end.
  static func run(
    _ arguments: [String], in folder: String,
    environment: [String: String] = [:], timeout: Double = 120
  ) throws -> Outcome {
    try RunningProgram(arguments, in: folder, environment: environment)
      .outcome(timeout: timeout)
  }
}

/// A `superb` that may still be running; ended with its owner.
final class RunningProgram {
  private let process = Process()
  private let started = Date()
  private let files: (output: String, errors: String)

  init(
    _ arguments: [String], in folder: String,
    environment: [String: String] = [:]
  ) throws {
    let name = folder + "/.outcome-" + UUID().uuidString
    files = (name + ".out", name + ".err")
    process.executableURL = URL(fileURLWithPath: Program.executable)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ProcessInfo.processInfo.environment
      .filter { !$0.key.hasPrefix("SUPERB_") }
      .merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try Self.file(files.output)
    process.standardError = try Self.file(files.errors)
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    unlink(files.output)
    unlink(files.errors)
  }

  var identifier: pid_t { process.processIdentifier }
  var isRunning: Bool { process.isRunning }
  /// What it has written to standard error so far.
  var errors: String { Self.text(files.errors) }

  func send(_ signal: Int32) {
    kill(identifier, signal)
  }

  /// Waits for the end; what takes longer than `timeout` seconds is killed.
  func outcome(timeout: Double = 120) -> Program.Outcome {
    while process.isRunning {
      if Date().timeIntervalSince(started) > timeout { send(SIGKILL) }
      usleep(1000)
    }
    let seconds = Date().timeIntervalSince(started)
    let wasSignalled = process.terminationReason == .uncaughtSignal
    return Program.Outcome(
      exitCode: wasSignalled ? nil : process.terminationStatus,
      signal: wasSignalled ? process.terminationStatus : nil,
      output: Self.text(files.output), errors: errors, seconds: seconds)
  }

  /// Its workers: processes of its own that run an experiment.
  var workers: [pid_t] {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { pid_t($0) }.filter { process in
      // "pid (name) state parent …", and the name may hold anything.
      let status = Self.text("/proc/\(process)/stat")
      guard let end = status.lastIndex(of: ")") else { return false }
      let fields = status[status.index(after: end)...].split(separator: " ")
      return fields.count > 1 && fields[1] == "\(identifier)"
        && fields[0] != "Z"
        && Self.text("/proc/\(process)/cmdline").contains("worker")
    }
  }

  private static func file(_ path: String) throws -> FileHandle {
    try Data().write(to: URL(fileURLWithPath: path))
    return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  }

  private static func text(_ path: String) -> String {
    guard let file = FileHandle(forReadingAtPath: path) else { return "" }
    let bytes = try? file.readToEnd()
    return String(decoding: bytes ?? Data(), as: UTF8.self)
  }
}

/// Whether a process is there and is no zombie.
func isAlive(_ process: pid_t) -> Bool {
  guard
    let file = FileHandle(forReadingAtPath: "/proc/\(process)/stat"),
    let bytes = try? file.readToEnd()
  else { return false }
  return !String(decoding: bytes, as: UTF8.self).contains(") Z ")
}

/// Waits until `condition` holds, for at most so many seconds.
func eventually(
  within seconds: Double = 30, _ condition: () throws -> Bool
) rethrows -> Bool {
  let end = Date(timeIntervalSinceNow: seconds)
  while Date() < end {
    if try condition() { return true }
    usleep(2000)
  }
  return try condition()
}
