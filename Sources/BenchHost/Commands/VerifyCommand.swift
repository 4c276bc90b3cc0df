import ArgumentParser
import Diagnostics
import Evidence
import Foundation
import Runs

/// `superb verify`: results held against what their folders keep.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Hold results against what their folders keep.",
    discussion: """
      Checks every result's checksum, its signature against the settings, the
      mean of folds against the folds, and makes figures again from the
      answers that are kept. A figure that these do not give is named: it may
      be the best of several settings, or nothing is kept.

      Exit codes: 0 nothing contradicts, 1 something does, 2 there is no
      result.
      """)

  @Argument(help: "A folder of results; the benchmark's runs if none is named.")
  var runs: String?

  @Option(help: "The benchmark's file; benchmark.yaml if there is one.")
  var benchmark: String?

  @Flag(help: "As data.")
  var json = false

  func run() throws {
    let runs = try runs ?? Benchmark.located(benchmark).runs
    let results = ResultFolder.all(in: runs).map(Verification.init)
    guard !results.isEmpty else {
      throw UserError("there are no results", at: runs)
    }
    if json {
      try Console.printJSON(results)
    } else {
      show(results, runs)
    }
    if results.contains(where: { !$0.problems.isEmpty }) {
      throw ArgumentParser.ExitCode(ExitCode.someFailed)
    }
  }

  private func show(_ results: [Verification], _ runs: String) {
    Console.printTable(
      results.map { one in
        let place =
          one.folder.hasPrefix(runs + "/")
          ? String(one.folder.dropFirst(runs.count + 1)) : one.folder
        var said = one.problems.map { "✗ " + $0 }
        if !one.recomputed.isEmpty {
          said.append("made again: " + one.recomputed.joined(separator: ", "))
        }
        if !one.unproven.isEmpty {
          said.append("not made again: " + one.unproven.joined(separator: ", "))
        }
        return [place.oneLine, said.joined(separator: "; ").oneLine]
      })
    let wrong = results.count { !$0.problems.isEmpty }
    let figures = results.reduce(0) { $0 + $1.recomputed.count }
    print(
      "\(results.count) results, \(wrong) contradicted; \(figures) figures made "
        + "again")
  }
}
