import ArgumentParser
import Diagnostics
import Files
import Foundation
import Leaderboard
import Page
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

  @Option(
    help: """
      table, markdown, csv, json, latex, or html: one page with curves, \
      intervals, confusions and costs that needs no other file.
      """)
  var format = ReportFormat.board(.table)

  @Option(
    help: """
      primary, the figure that a task is ranked by, or all. Without it a table \
      on the terminal and the page have the primary ones, the other formats \
      have all.
      """)
  var metrics: Leaderboard.Metrics?

  @Option(help: "Write to a file instead of standard output.")
  var out: String?

  @Flag(help: "With html, the worst predictions' recordings in the page.")
  var withAudio = false

  @Flag(
    help: """
      Show superb_s, against the figures that the benchmark's file gives. It \
      means something only for full runs on the published corpora.
      """)
  var score = false

  func run() throws {
    let benchmark = try Benchmark.located(benchmark)
    let runs = runs ?? benchmark.runs
    let board = try Leaderboard.collect(runs: runs)
    let metrics = metrics ?? (showsPrimary ? .primary : .all)
    let score = try anchors(benchmark)
    let text =
      switch format {
      case .board(let format):
        try board.render(
          format, ansi: out == nil && Console.outputIsTerminal,
          width: out == nil ? Console.width : nil,
          taskOrder: benchmark.tasks, metrics: metrics, score: score)
      case .html:
        try Page(
          board, runs: runs, taskOrder: benchmark.tasks, metrics: metrics,
          score: score, withAudio: withAudio
        ).html()
      }
    for note in board.notes where format == .board(.csv) {
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
  /// A page has the others in its cells.
  private var showsPrimary: Bool {
    format == .board(.table) || format == .html
  }

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

/// How a report is written.
enum ReportFormat: Equatable, ExpressibleByArgument {
  case board(Leaderboard.Format)
  case html

  init?(argument: String) {
    if argument == "html" {
      self = .html
    } else if let format = Leaderboard.Format(rawValue: argument) {
      self = .board(format)
    } else {
      return nil
    }
  }

  static var allValueStrings: [String] {
    Leaderboard.Format.allCases.map(\.rawValue) + ["html"]
  }

  var defaultValueDescription: String {
    switch self {
    case .board(let format): format.rawValue
    case .html: "html"
    }
  }
}

extension Leaderboard.Metrics: ExpressibleByArgument {}
