import ArgumentParser
import Diagnostics
import Foundation
import Harness
import Leaderboard
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

  @Option(help: "Write to a file instead of standard output.")
  var out: String?

  @Flag(
    help: """
      Show superb_s. It means something only for full runs on the benchmark's \
      own corpora.
      """)
  var score = false

  func run() throws {
    let benchmark = try Benchmark.located(benchmark)
    let board = try Leaderboard.collect(runs: runs ?? benchmark.runs)
    let text = try board.render(
      format,
      options: Leaderboard.RenderOptions(
        ansi: out == nil && Console.outputIsTerminal,
        width: out == nil ? Console.width : nil,
        taskOrder: benchmark.tasks, score: score ? .superb : nil))
    for note in board.notes where format == .csv {
      Console.note("note: \(note.file): \(note.reason)")
    }
    if let out {
      try AtomicFile.write(Data(text.utf8), to: out)
    } else {
      print(text, terminator: "")
    }
  }
}

extension Leaderboard.Format: ExpressibleByArgument {}
