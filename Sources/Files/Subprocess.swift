import Diagnostics
import Foundation

/// Programs that are run to their end: compilers and probes.
package enum Subprocess {
  package struct Output {
    /// Exit status, or 128 + the signal that ended it.
    package var status: Int32
    /// Standard output and standard error, as they came.
    package var text: String
  }

  /// Runs `command` and waits; both output streams are collected together.
  package static func run(_ command: [String]) throws -> Output {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      throw UserError("cannot start: \(error)", at: command[0])
    }
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let crashed = process.terminationReason == .uncaughtSignal
    return Output(
      status: crashed
        ? 128 + process.terminationStatus : process.terminationStatus,
      text: String(decoding: bytes, as: UTF8.self))
  }

  /// The first of the environment's `variables` or of `programs` on `PATH`.
  package static func find(
    _ variables: [String], _ programs: [String], for purpose: String
  ) throws -> String {
    let environment = ProcessInfo.processInfo.environment
    let named = variables.compactMap { environment[$0] }
      .filter { !$0.isEmpty }
    let folders = (environment["PATH"] ?? "").split(separator: ":")
    for program in named + programs {
      if program.contains("/") {
        if access(program, X_OK) == 0 { return program }
        continue
      }
      for folder in folders {
        let path = "\(folder)/\(program)"
        if access(path, X_OK) == 0 { return path }
      }
    }
    throw UserError(
      "no compiler for \(purpose): looked for "
        + (named + programs).joined(separator: ", "),
      fix: "install one, or name it in \(variables.joined(separator: ", "))")
  }
}
