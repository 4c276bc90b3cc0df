import ArgumentParser
import Diagnostics
import Files
import Foundation
import Hosting
import Records
import Runs

/// `superb import`: results of s3prl as rows of the leaderboard.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Put results of s3prl on the leaderboard, marked as imported.",
    discussion: """
      The folder is one that run_downstream.py has written to. Its log says
      the figure on test at the step that was the best on dev; where it does
      not, superb score makes one of the files of predictions, and --value
      takes it.

        superb import result/downstream/ks_hubert --upstream hubert

      Results of superb itself from another machine need no import: their
      folders, below runs/, are copied together.
      """)

  @OptionGroup var shared: BenchmarkOptions

  @Argument(help: "Folders of s3prl, result/downstream/<expname>.")
  var folders: [String]

  @Option(
    name: [.customShort("d"), .long],
    help: "The task; by default the one of s3prl's name for it.")
  var task: String?

  @Option(
    name: [.customShort("u"), .long],
    help: "The row's name; by default s3prl's for the upstream.")
  var upstream: String?

  @Option(
    help: """
      The figure, in the unit of result.json: 0.96 for an accuracy, 6.4 for \
      a word error rate.
      """)
  var value: Double?

  @Option(
    name: [.customShort("n"), .long],
    help: "Name of the run: the folder below the runs' folder.")
  var name = "imported"

  @Option(name: [.customShort("p"), .long], help: "Folder of all results.")
  var runs: String?

  func validate() throws {
    try require(
      value == nil || folders.count == 1, "--value is of one folder")
  }

  func run() throws {
    let benchmark = try shared.located()
    let catalog = try shared.catalog(benchmark)
    for path in folders {
      let folder = try S3prlFolder(path)
      guard let task = task ?? folder.downstream else {
        throw UserError(
          "it does not say which task was trained", at: path,
          fix: "say --task")
      }
      let entry = try catalog.entry(named: task)
      let result = try folder.result(
        of: entry.description, upstream: upstream, value: value)
      let place = [
        runs ?? benchmark.runs, name,
        RunCell.fileName(result.upstream.name), result.task.id,
        String(result.signature.prefix(12)),
      ].joined(separator: "/")
      try makeFolder(place)
      try result.write(toFolder: place)
      print(
        "\(place): \(result.rowName.oneLine), "
          + (result.primaryMetric?.shown ?? ""))
    }
  }
}
