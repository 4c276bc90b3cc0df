import ArgumentParser
import Diagnostics
import Evidence
import Foundation
import Leaderboard
import Records
import Runs

/// `superb info`: an experiment by its signature.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Say all of an experiment, by a beginning of its signature.",
    discussion: """
      Settings with where each was written, the head, the data, state, figures
      and the commands that have run it. Without a signature, all experiments.
      superb run --from SIG KEY=VALUE runs one again with other settings.
      """)

  @Argument(help: "A signature, a unique beginning of one, or a folder.")
  var signature: String?

  @Flag(
    name: [.customShort("t"), .customLong("tail")],
    help: "Follow its log until its run is over.")
  var tail = false

  @Flag(help: "Its figures, step by step.")
  var metrics = false

  @Option(
    help: ArgumentHelp(
      "What differs from another experiment.", valueName: "signature"))
  var diff: String?

  @Flag(
    help: """
      Its ranking figure by speaker, gender and what else the task says of \
      utterances.
      """)
  var groups = false

  @Flag(help: "As data.")
  var json = false

  @Option(name: [.customShort("p"), .long], help: "Folder of all results.")
  var runs: String?

  @Option(help: "The benchmark's file; benchmark.yaml if there is one.")
  var benchmark: String?

  func run() throws {
    let runs = try runs ?? Benchmark.located(benchmark).runs
    guard let signature else { return try list(runs) }
    let cell = try FoundCell.named(signature, below: runs)
    if let diff {
      let other = try FoundCell.named(diff, below: runs)
      try show(cell.differences(from: other), cell, other)
    } else if tail {
      try LogFollower(cell: cell).follow()
    } else if metrics {
      showCurve(cell)
    } else if groups {
      try showGroups(cell)
    } else if json {
      try Console.printJSON(CellDescription(cell).data)
    } else {
      CellDescription(cell).show()
    }
  }

  private func showGroups(_ cell: FoundCell) throws {
    let answers = cell.result.flatMap { result in
      result.primaryMetric.flatMap {
        ScoredAnswers($0, of: KeptPredictions(of: result, in: cell.folder))
      }
    }
    let divisions = answers.map { GroupFigures.all(of: $0, most: .max) } ?? []
    guard let answers, !divisions.isEmpty else {
      throw UserError(
        "the answers that are kept fall into no groups", at: cell.folder,
        fix: "a task says of each prediction what it belongs to, as its "
          + "attributes")
    }
    func shown(_ value: Double) -> String {
      String(format: "%.2f", answers.metric.unit.shown(value) ?? .nan)
    }
    for (index, division) in divisions.enumerated() {
      if index > 0 { print() }
      Console.printTable(
        [
          [
            division.key, "utterances",
            "\(answers.metric.title) \(answers.metric.unit.symbol)", "95 %",
          ]
        ]
          + division.groups.map {
            [
              $0.name, "\($0.utterances)", shown($0.value),
              $0.interval.map { "\(shown($0.low))–\(shown($0.high))" } ?? "–",
            ]
          })
    }
  }

  private func list(_ runs: String) throws {
    let cells = FoundCell.all(below: runs)
    if cells.isEmpty {
      throw UserError("there is no experiment here", at: runs)
    }
    Console.printTable(
      cells.map { cell in
        let description = CellDescription(cell)
        return [
          String(cell.record.signature.prefix(12)),
          (cell.root as NSString).lastPathComponent,
          cell.record.experiment.upstream, cell.record.experiment.task.id,
          description.state,
        ]
      })
  }

  private func show(
    _ rows: [[String]], _ cell: FoundCell, _ other: FoundCell
  ) throws {
    func figure(_ cell: FoundCell) -> String {
      cell.result?.primaryMetric?.shown ?? "–"
    }
    if json {
      return try Console.printJSON(
        rows.map { ["key": $0[0], "here": $0[1], "there": $0[2]] })
    }
    Console.printTable(
      [
        [
          "", String(cell.record.signature.prefix(12)),
          String(other.record.signature.prefix(12)),
        ]
      ] + rows + [["figure", figure(cell), figure(other)]])
  }

  /// A row for every step, a column for every figure.
  private func showCurve(_ cell: FoundCell) {
    for folder in cell.trainedFolders {
      let curve = FoundCell.curve(of: folder)
      var names: [String] = []
      for scalar in curve where !names.contains(scalar.name) {
        names.append(scalar.name)
      }
      var values: [Int: [String: String]] = [:]
      for scalar in curve {
        values[scalar.step, default: [:]][scalar.name] =
          scalar.value.map { String(format: "%.6g", $0) } ?? "nan"
      }
      if cell.trainedFolders.count > 1 {
        print((folder as NSString).lastPathComponent)
      }
      Console.printTable(
        [["step"] + names]
          + values.keys.sorted().map { step in
            ["\(step)"] + names.map { values[step]?[$0] ?? "" }
          })
    }
  }
}

/// Writes what comes to a log, until nobody adds to it.
struct LogFollower {
  let cell: FoundCell

  /// - Throws: `UserError` if there is no log yet and nobody to write one.
  func follow() throws {
    Interruption.handleSignals()
    var places: [String: UInt64] = [:]
    while !Interruption.isRequested {
      // Asked first: what is written afterwards is shown in the next turn.
      let isRunning = cell.isRunning
      var isNew = false
      for folder in cell.trainedFolders {
        let path = folder + "/log.log"
        guard let file = FileHandle(forReadingAtPath: path) else { continue }
        defer { try? file.close() }
        try file.seek(toOffset: places[path] ?? 0)
        guard let bytes = try file.readToEnd(), !bytes.isEmpty else { continue }
        places[path, default: 0] += UInt64(bytes.count)
        print(String(decoding: bytes, as: UTF8.self), terminator: "")
        fflush(nil)
        isNew = true
      }
      if !isRunning, !isNew { break }
      if !isNew { usleep(200_000) }
    }
    guard !places.isEmpty else {
      throw UserError(
        "there is no log yet", at: cell.folder,
        fix: "superb run writes it")
    }
  }
}
