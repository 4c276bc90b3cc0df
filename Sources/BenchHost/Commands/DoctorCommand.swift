import ArgumentParser
import Checking
import Diagnostics
import Foundation
import Hosting
import Runs

/// `superb doctor`: is this machine fit for a run?
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say whether this machine is fit for a run.",
    discussion: """
      Cores, memory, disks, libraries, compilers, Python, corpora.

      Exit codes: 0 runs will go, perhaps with warnings; 1 something that \
      runs need is missing.
      """)

  @Option(help: "The benchmark's file; benchmark.yaml if there is one.")
  var benchmark: String?

  @Flag(help: "As data.")
  var json = false

  func run() throws {
    let checks = MachineCheck.all(
      try Benchmark.located(benchmark),
      installation: try Installation.current())
    if json {
      try Console.printJSON(checks)
    } else {
      Console.printTable(checks.map(Self.row))
    }
    if checks.contains(where: { $0.verdict == .bad }) {
      throw ArgumentParser.ExitCode(ExitCode.someFailed)
    }
  }

  private static func row(_ check: MachineCheck) -> [String] {
    let sign =
      switch check.verdict {
      case .good: "✓"
      case .warning: "!"
      case .bad: "✗"
      }
    return [
      sign, check.name,
      check.finding + (check.fix.map { " (\($0))" } ?? ""),
    ]
  }
}
