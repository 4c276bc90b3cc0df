import ArgumentParser
import Diagnostics
import Files
import Foundation
import Leaderboard
import Runs
import Upstreams

/// `superb report`: the leaderboard.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Show the leaderboard.")

  @Option(help: "The benchmark's file; benchmark.yaml if there is one.")
  var benchmark: String?

  @Option(name: [.customShort("p"), .long], help: "Folder of all results.")
  var runs: String?

  @Option(help: "table, markdown, csv, json, latex or html.")
  var format = Leaderboard.Format.table

  @Option(
    help: """
      primary, the figure that a task is ranked by, or all. Without it a table \
      on the terminal has the primary ones, the other formats have all.
      """)
  var metrics: Leaderboard.Metrics?

  @Option(help: "Write to a file instead of standard output.")
  var out: String?

  @Flag(
    help: """
      Show superb_s, against the figures that the benchmark's file gives. It \
      means something only for full runs on the published corpora.
      """)
  var score = false

  func run() throws {
    let benchmark = try Benchmark.located(benchmark)
    let board = try Leaderboard.collect(runs: runs ?? benchmark.runs)
    let text = try board.render(
      format, ansi: out == nil && Console.outputIsTerminal,
      width: out == nil ? Console.width : nil, taskOrder: benchmark.tasks,
      metrics: metrics ?? (format == .table ? .primary : .all),
      score: try anchors(benchmark))
    for note in board.notes where format == .csv {
      StandardError.note("note: \(note.file): \(note.reason)")
    }
    if let out {
      try AtomicFile.write(Data(text.utf8), to: out)
    } else {
      print(text, terminator: "")
    }
  }
}

extension ReportCommand {
  private func anchors(_ benchmark: Benchmark) throws -> ScoreAnchors? {
    guard score else { return nil }
    guard !benchmark.score.isEmpty else {
      throw UserError(
        "the benchmark's file has no figures for superb_s", at: "--score",
        fix: "give them below the key score")
    }
    return ScoreAnchors(
      tasks: benchmark.score.mapValues { metrics in
        metrics.mapValues {
          ScoreAnchors.Anchor(fbank: $0.fbank, sota: $0.sota)
        }
      })
  }
}

extension Leaderboard.Format: ExpressibleByArgument {}
extension Leaderboard.Metrics: ExpressibleByArgument {}
