import ArgumentParser
import Diagnostics
import Evidence
import Foundation
import Records
import Runs
import Statistics

/// `superb compare`: whether one result is better than another.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Say whether two results of a task differ.",
    discussion: """
      A result is named by the beginning of its signature, which is the name
      of its folder. The difference has a 95 % interval by paired bootstrap
      over speakers where ids tell them, over utterances, trials or queries
      else; approximate randomisation where the figure is a ratio of sums, and
      McNemar's test where it is an accuracy. Then follow the utterances that
      the two do not have alike right.
      """)

  @Argument(help: "The beginning of a result's signature.")
  var first: String

  @Argument(help: "The beginning of another's.")
  var second: String

  @Option(help: "The benchmark's file; benchmark.yaml if there is one.")
  var benchmark: String?

  @Option(name: [.customShort("p"), .long], help: "Folder of all results.")
  var runs: String?

  @Option(help: "A metric by its name; the one that ranks if none is named.")
  var metric: String?

  @Option(help: "How many utterances are shown.")
  var show = 10

  @Flag(help: "As data, with every utterance that flips.")
  var json = false

  func run() throws {
    let runs = try runs ?? Benchmark.located(benchmark).runs
    let a = try ResultFolder.find(first, in: runs)
    let b = try ResultFolder.find(second, in: runs)
    guard a.result.task.id == b.result.task.id else {
      throw UserError(
        "the results are of different tasks, \(a.result.task.id) and "
          + "\(b.result.task.id)", at: second)
    }
    let comparison = try Comparison(
      try figure(of: a), of: KeptPredictions(of: a.result, in: a.path),
      try figure(of: b), of: KeptPredictions(of: b.result, in: b.path))
    if json { return try Console.printJSON(comparison) }
    show(comparison, a, b)
  }

  private func figure(of folder: ResultFolder) throws
    -> ExperimentResult.Metric
  {
    let result = folder.result
    let found =
      metric.map { name in
        let split = (result.primaryMetric ?? result.metrics.first)?.split
        return result.metrics.first { $0.name == name && $0.split == split }
      } ?? result.primaryMetric
    guard let found else {
      throw UserError(
        metric.map { "the result has no figure '\($0.oneLine)'" }
          ?? "the result has no figure that ranks it", at: folder.path,
        fix: metric.flatMap {
          Suggestion.nearest(to: $0, among: result.metrics.map(\.name))
        }.map { "did you mean '\($0)'?" })
    }
    return found
  }

  private func show(
    _ comparison: Comparison, _ a: ResultFolder, _ b: ResultFolder
  ) {
    let metric = comparison
    let unit = a.result.metrics.first { $0.name == metric.metric }?.unit
    func shown(_ value: Double) -> String {
      String(format: "%.2f", unit == .fraction ? value * 100 : value)
    }
    if unit == .plain {
      return show(comparison, a, b) { String(format: "%.4f", $0) }
    }
    show(comparison, a, b, shown)
  }

  private func show(
    _ comparison: Comparison, _ a: ResultFolder, _ b: ResultFolder,
    _ shown: (Double) -> String
  ) {
    print(
      "\(a.result.task.id): \(comparison.title) on \(comparison.split), "
        + "\(comparison.higherIsBetter ? "higher" : "lower") is better; drawn "
        + "over \(comparison.groups) \(comparison.unit)")
    func row(_ sign: String, _ folder: ResultFolder, _ value: Double)
      -> [String]
    {
      [
        sign, folder.result.upstream.name.oneLine,
        String(folder.result.signature.prefix(12)), shown(value),
      ]
    }
    var interval = ""
    if let found = comparison.interval {
      interval = "[\(shown(found.low)), \(shown(found.high))]"
    }
    Console.printTable([
      row("A", a, comparison.first), row("B", b, comparison.second),
      ["A − B", "", interval, shown(comparison.difference)],
    ])
    var tests: [String] = []
    func add(_ name: String, _ p: Double?) {
      if let p { tests.append("\(name) p = " + String(format: "%.3g", p)) }
    }
    add("approximate randomisation", comparison.randomization)
    add("paired bootstrap", comparison.bootstrap)
    add("McNemar", comparison.mcNemar)
    print(tests.joined(separator: ", "))
    if let one = comparison.onlyFirst, let two = comparison.onlySecond {
      print("right in A alone \(one), in B alone \(two)")
    }
    if let remark = comparison.remark { print("note: \(remark)") }
    if comparison.unit != "utterances", comparison.mcNemar != nil {
      print(
        "note: McNemar's test takes utterances for independent; those of one "
          + "speaker are not")
    }
    guard show > 0, !comparison.flips.isEmpty else { return }
    print()
    Console.printTable(
      [["", "A", "B", "truth"]]
        + comparison.flips.prefix(show).map {
          [
            $0.id.oneLine, $0.first.oneLine, $0.second.oneLine,
            $0.truth.oneLine,
          ]
        })
    if comparison.flips.count > show {
      print("… of \(comparison.flips.count); --show \(comparison.flips.count)")
    }
  }
}
