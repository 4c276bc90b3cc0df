import ArgumentParser
import Cluster
import Diagnostics
import Foundation
import Runs

/// `superb cancel`: takes jobs back.
struct CancelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "Take jobs back that superb run --on has begun.",
    discussion: """
      Those at work keep their state first; superb run goes on from there.
      """)

  @Argument(
    help: "An experiment's signature, a unique beginning of one, or a folder.")
  var signature: String?

  @Flag(help: "All jobs of the run.")
  var all = false

  @Option(
    name: [.customShort("n"), .long], help: "Name of the run, for --all.")
  var name: String?

  @Option(name: [.customShort("p"), .long], help: "Folder of all results.")
  var runs: String?

  @Option(help: "The benchmark's file; benchmark.yaml if there is one.")
  var benchmark: String?

  func validate() throws {
    try require(
      (signature == nil) == all, "name one experiment, or say --all")
  }

  func run() throws {
    let benchmark = try Benchmark.located(benchmark)
    let runs = runs ?? benchmark.runs
    let jobs: [String]
    if let signature {
      let cell = try FoundCell.named(signature, below: runs)
      jobs = try Cancelling(root: cell.root).cancel(cell: cell.folder)
    } else {
      jobs = try Cancelling(root: runs + "/" + (name ?? benchmark.name))
        .cancel()
    }
    if jobs.isEmpty {
      StandardError.note("no job is queued or at work there")
    } else {
      print("cancelled " + jobs.joined(separator: ", "))
    }
  }
}
