import ArgumentParser
import Diagnostics
import Evidence
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

  @Flag(
    help: """
      Mark with ≈ what is not told apart from the row above: approximate \
      randomisation or paired bootstrap on the kept answers, after Holm.
      """)
  var significance = false

  @Flag(
    help: """
      Show it again whenever there is something new, until nothing runs here \
      any more.
      """)
  var watch = false

  func validate() throws {
    try require(
      !significance || isTable,
      "--significance marks tables: table, markdown or latex; the page has "
        + "marks of its own")
  }

  func run() throws {
    let benchmark = try Benchmark.located(benchmark)
    let runs = runs ?? benchmark.runs
    guard watch else { return try show(text(benchmark, runs)) }
    Interruption.handleSignals()
    var last = ""
    while !Interruption.isRequested {
      // Asked first: what is written afterwards is shown in the last turn.
      let isRunning = ((try? RunStatus.all(in: runs)) ?? []).contains {
        $0.isRunning
      }
      let text = try text(benchmark, runs)
      if text != last {
        last = text
        if out == nil, Console.outputIsTerminal {
          print("\u{1B}[H\u{1B}[2J", terminator: "")
        }
        try show(text)
        fflush(nil)
      }
      guard isRunning else { return }
      for _ in 0..<20 where !Interruption.isRequested { usleep(100_000) }
    }
  }

  private func text(_ benchmark: Benchmark, _ runs: String) throws -> String {
    let board = try Leaderboard.collect(runs: runs)
    let metrics = metrics ?? (showsPrimary ? .primary : .all)
    let score = try anchors(benchmark)
    for note in board.notes where format == .board(.csv) {
      StandardError.note("note: \(note.file): \(note.reason)")
    }
    switch format {
    case .board(let format):
      let marks =
        significance
        ? RowComparisons(
          board.boards(
            taskOrder: benchmark.tasks, metrics: metrics, score: score),
          runs: runs
        ).marks : nil
      return try board.render(
        format, ansi: out == nil && Console.hasStyle,
        width: out == nil ? Console.width : nil,
        taskOrder: benchmark.tasks, metrics: metrics, score: score,
        marks: marks)
    case .html:
      return try Page(
        board, runs: runs, taskOrder: benchmark.tasks, metrics: metrics,
        score: score, withAudio: withAudio
      ).html()
    }
  }

  private func show(_ text: String) throws {
    if let out {
      try AtomicFile.write(Data(text.utf8), to: out)
    } else {
      print(text, terminator: "")
    }
  }
}

extension ReportCommand {
  private var isTable: Bool {
    [.board(.table), .board(.markdown), .board(.latex)].contains(format)
  }

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
