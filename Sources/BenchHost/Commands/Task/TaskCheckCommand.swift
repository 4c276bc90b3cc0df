import ArgumentParser
import Checking
import Diagnostics
import Foundation
import Hosting
import Records
import Runs

/// `superb task check`: does a task keep the contract?
struct TaskCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Hold a task against the contract, promise by promise.",
    discussion: """
      Each check runs in a process of its own: a crash or a hang is a result.
      Hidden states are random numbers, so no upstream is needed; a corpus
      that benchmark.yaml does not name is stood in for by folders of short
      clips, and what cannot be checked with these is skipped.

      Exit codes: 0 nothing failed, 1 something did, 2 the input is wrong.
      """)

  @Option(help: "The benchmark's file; benchmark.yaml if there is one.")
  var benchmark: String?

  @Option(
    help: ArgumentHelp("These checks alone.", valueName: "id[,id]"))
  var only: NameList?

  @Option(
    help: ArgumentHelp(
      "Seconds that a check may take.", valueName: "seconds"))
  var timeLimit = 60

  @Flag(help: "Show what failed, crashed or hung, and nothing else.")
  var onlyFailed = false

  @Flag(help: "As data.")
  var json = false

  @Argument(
    help: ArgumentHelp(
      "A task folder, or a built library with its .yaml beside it.",
      valueName: "file|folder"))
  var path: String

  private struct Report: Encodable {
    var library: String
    var passed: Bool
    var results: [CheckResult]
  }

  func validate() throws {
    try require(timeLimit >= 1, "--time-limit takes 1 second or more")
  }

  func run() throws {
    let benchmark = try Benchmark.located(self.benchmark)
    let builder = TaskBuilder(
      installation: try Installation.current(), cache: benchmark.cacheFolder,
      trusted: try Site.trustedWriters(),
      announce: { StandardError.note($0) })
    var validation = try TaskValidation(
      path: path, benchmark: benchmark, builder: builder)
    validation.timeLimit = timeLimit
    validation.only = only?.names
    let results = try validation.run { result in
      if !json, !onlyFailed || result.status.isFailure { Self.show(result) }
    }
    let isPassed = !results.contains { $0.status.isFailure }
    if json {
      try Console.printJSON(
        Report(
          library: validation.library, passed: isPassed,
          results: onlyFailed
            ? results.filter { $0.status.isFailure } : results))
    } else {
      print(Self.summary(of: results))
    }
    guard isPassed else {
      throw ArgumentParser.ExitCode(ExitCode.someFailed)
    }
  }

  /// One line, as the check ends.
  private static func show(_ result: CheckResult) {
    let name = result.task.map { "\($0): \(result.check)" } ?? result.check
    let status = result.status.rawValue
      .padding(toLength: 8, withPad: " ", startingAt: 0)
    print("\(status) \(name): \(result.message)")
    fflush(nil)
  }

  /// "28 passed, 1 warning, 2 skipped".
  private static func summary(of results: [CheckResult]) -> String {
    let order: [CheckStatus] = [
      .passed, .warning, .failed, .crashed, .hung, .skipped,
    ]
    let counts = order.compactMap { status -> String? in
      let count = results.count { $0.status == status }
      return count == 0 ? nil : "\(count) \(status.rawValue)"
    }
    return counts.joined(separator: ", ")
  }
}

/// What `superb task check` starts for each check.
struct RunCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration.hidden(
    CheckWorker.command, "Run one check.")

  @Argument var check: String
  @Argument var subject: String

  func run() throws {
    try CheckWorker.run(check: check, subject: subject)
    // How the task's library takes the end of the process is checked, too.
    Foundation.exit(ExitCode.done)
  }
}
