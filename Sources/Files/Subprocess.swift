import Diagnostics
import Foundation

/// Programs that are run to their end: compilers and probes.
package enum Subprocess {
  package struct Output: Sendable {
    package var outcome: SupervisedChild.Outcome
    /// What it wrote: the first megabyte and the last 64 kB.
    package var text: String
    /// The last of standard error, where the two streams were kept apart.
    package var errors: BoundedText

    /// Exit status, or 128 + the signal that ended it.
    package var status: Int32 {
      switch outcome {
      case .ended(.exited(let status)): status
      case .ended(.signalled(let signal)): 128 + signal
      case .tookTooLong, .silent, .grewTooLarge: 128 + SIGKILL
      }
    }
  }

  /// Runs `command`, a program's file and its arguments, and waits; both
  /// output streams are collected together.
  ///
  /// - Throws: `UserError` if it cannot be started.
  package static func run(
    _ command: [String], timeLimit: Duration? = nil
  ) throws -> Output {
    try run(
      ChildProcess.Program(command[0], Array(command.dropFirst())),
      limits: SupervisedChild.Limits(time: timeLimit), keepsErrorsApart: false)
  }

  /// Runs a program within limits and waits.
  ///
  /// - Parameter keepsErrorsApart: otherwise both output streams are
  ///   collected together.
  /// - Throws: `UserError` if it cannot be started.
  package static func run(
    _ program: ChildProcess.Program, limits: SupervisedChild.Limits,
    keepsErrorsApart: Bool = true
  ) throws -> Output {
    var output = BoundedText(head: 1 << 20, tail: 1 << 16)
    var errors = BoundedText(head: 0, tail: 1 << 16)
    var child = SupervisedChild(program, limits: limits)
    child.onOutput = {
      output.append($0)
      return true
    }
    if keepsErrorsApart { child.onErrors = { errors.append($0) } }
    let outcome = try child.run()
    return Output(outcome: outcome, text: output.text, errors: errors)
  }

  /// The first of the environment's `variables` or of `programs` on `PATH`.
  package static func find(
    _ variables: [String], _ programs: [String], for purpose: String
  ) throws -> String {
    let environment = ProcessInfo.processInfo.environment
    let named = variables.compactMap { environment.text($0) }
    for program in named + programs {
      if let path = path(of: program, environment) { return path }
    }
    throw UserError(
      "no compiler for \(purpose): looked for "
        + (named + programs).joined(separator: ", "),
      fix: "install one, or name it in \(variables.joined(separator: ", "))")
  }

  /// The file of a program that is named by its path, or is on `PATH`.
  package static func path(
    of program: String, _ environment: [String: String]
  ) -> String? {
    let places =
      program.contains("/")
      ? [program]
      : (environment["PATH"] ?? "").split(separator: ":")
        .map { "\($0)/\(program)" }
    return places.first { access($0, X_OK) == 0 && !isFolder($0) }
  }
}
