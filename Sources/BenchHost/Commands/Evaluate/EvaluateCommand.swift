import ArgumentParser
import Diagnostics
import Foundation
import Training

/// `superb evaluate`: the figures of a trained head on any split.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Evaluate trained heads on splits of their corpora.",
    discussion: """
      Several tasks at once, from the folder of a run:

        superb evaluate --from runs/demo/fbank --split "ks:test,ic:dev"

      Of an experiment's folder, the checkpoint is asked that its result
      comes from.
      """)

  @OptionGroup var shared: BenchmarkOptions

  @Option(
    help: ArgumentHelp(
      "A checkpoint, or a folder of experiments; may be repeated.",
      valueName: "checkpoint"))
  var from: [String]

  @Option(
    name: [.customShort("t"), .long],
    help: ArgumentHelp(
      "Splits, each with its task or for all; else each task's test splits.",
      valueName: "[task:]split,…"))
  var split: NameList?

  @OptionGroup var origin: OriginOptions

  @Flag(
    help: "Go on although the upstream is not the one of the training.")
  var otherUpstream = false

  @Flag(help: "As JSON.")
  var json = false

  func run() throws {
    Interruption.handleSignals()
    let benchmark = try shared.located()
    let catalog = try shared.catalog(benchmark)
    let wanted = split?.names.map(WantedSplit.init) ?? []
    var figures: [TrainedHead.Figure] = []
    var met: Set<String> = []
    for path in try from.flatMap(CheckpointPath.toAsk) {
      let names = try TrainedHead.taskNames(of: path)
      let splits = wanted.filter { $0.task.map(names.contains) ?? true }
      met.formUnion(splits.map(\.text))
      guard wanted.isEmpty || !splits.isEmpty else { continue }
      let head = try TrainedHead(
        path, catalog: catalog, origin: origin.origin(benchmark),
        acceptsOther: otherUpstream, note: { StandardError.note($0) })
      let chosen =
        wanted.isEmpty ? head.task.testSplits : splits.map(\.split)
      for split in chosen { figures += try head.evaluate(split) }
    }
    if let missing = wanted.first(where: { !met.contains($0.text) }) {
      throw UserError(
        "no checkpoint is of the task '\(missing.task ?? "")'",
        at: "--split \(missing.text)")
    }
    if json { return try Console.printJSON(figures) }
    Console.printTable(
      [["upstream", "task", "split", "metric", "value"]]
        + figures.map {
          [
            $0.upstream, $0.task + ($0.fold.map { " \($0)" } ?? ""), $0.split,
            $0.metric, String(format: "%.6g", $0.value),
          ]
        })
  }
}

/// `asr:test-clean`, or `test` for every task.
private struct WantedSplit {
  let text: String
  let task: String?
  let split: String

  init(_ text: String) {
    self.text = text
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    task = parts.count == 2 ? parts[0] : nil
    split = parts.last ?? ""
  }
}
