import ArgumentParser
import Diagnostics
import Files
import Foundation
import Leaderboard
import Page
import Runs

/// `superb export`: results in the forms that others read.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write results in the forms that others read.",
    discussion: """
      tidy          every figure with its interval, for statistics programs
      latex         a tabular with ± and bold by significance
      eval-results  YAML for the folder .eval_results of a hub repository
      model-index   YAML for the head of a hub model's card
      every-eval    a record of Every Eval Ever, as JSON
      submission    the ZIP archive that SUPERB's public board takes

      The last four are of one upstream.
      """)

  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case tidy, latex
    case evalResults = "eval-results"
    case modelIndex = "model-index"
    case everyEval = "every-eval"
    case submission
  }

  @Argument(
    help: """
      tidy, latex, eval-results, model-index, every-eval or submission.
      """)
  var kind: Kind

  @Option(name: [.customShort("u"), .long], help: "An upstream's name.")
  var upstream: String?

  @Option(help: "The benchmark's file; benchmark.yaml if there is one.")
  var benchmark: String?

  @Option(name: [.customShort("p"), .long], help: "Folder of all results.")
  var runs: String?

  @Option(help: "Write to a file instead of standard output.")
  var out: String?

  func run() throws {
    let benchmark = try Benchmark.located(benchmark)
    let runs = runs ?? benchmark.runs
    let board = try Leaderboard.collect(runs: runs)
    let exported = Exported(board, runs: runs, taskOrder: benchmark.tasks)
    switch kind {
    case .tidy: try write(Data(exported.tidy().utf8))
    case .latex: try write(Data(exported.significanceTable().utf8))
    case .evalResults:
      let text = exported.evaluationResults(of: try name(board))
      try write(Data(text.utf8))
    case .modelIndex:
      try write(Data(exported.modelIndex(of: try name(board)).utf8))
    case .everyEval:
      let text = try exported.everyEvaluation(of: try name(board))
      try write(Data(text.utf8))
    case .submission:
      let made = Submission(exported, upstream: try name(board))
      guard out != nil else {
        throw UserError(
          "an archive is not for the terminal", at: "submission",
          fix: "name its file with --out")
      }
      try write(made.bytes)
      for line in made.missing { StandardError.note("left out: \(line)") }
    }
  }

  private func name(_ board: Leaderboard) throws -> String {
    let names = Set(board.entries.map(\.result.upstream.name)).sorted()
    if upstream == nil, names.count == 1 { return names[0] }
    guard let upstream else {
      throw UserError(
        "there are \(names.count) upstreams", at: "--upstream",
        fix: "name one of \(names.joined(separator: ", "))")
    }
    guard names.contains(upstream) else {
      throw UserError(
        "there is no result of the upstream '\(upstream.oneLine)'",
        at: "--upstream", fix: Suggestion.fix(for: upstream, among: names))
    }
    return upstream
  }

  private func write(_ bytes: Data) throws {
    if let out {
      try AtomicFile.write(bytes, to: out)
    } else {
      print(String(decoding: bytes, as: UTF8.self), terminator: "")
    }
  }
}
