import ArgumentParser
import Diagnostics
import Foundation
import Hosting
import Runs

/// Options that several commands have.
struct BenchmarkOptions: ParsableArguments {
  @Option(help: "The benchmark's file; benchmark.yaml if there is one.")
  var benchmark: String?

  @Option(
    help: ArgumentHelp(
      "More folders or libraries of tasks, separated by colons.",
      valueName: "path"))
  var pluginPath: String?

  func located() throws -> Benchmark {
    try Benchmark.located(benchmark)
  }

  /// All tasks, built where they are stale.
  func catalog(_ benchmark: Benchmark) throws -> TaskCatalog {
    let installation = try Installation.current()
    let builder = TaskBuilder(
      installation: installation, cache: benchmark.cacheFolder,
      announce: { StandardError.note($0) })
    return TaskCatalog(
      searching: TaskCatalog.roots(
        pluginPath: pluginPath, installation: installation),
      builder: builder)
  }
}

/// Comma-separated names: `--tasks ks,ic`.
struct NameList: ExpressibleByArgument {
  var names: [String]

  init(_ names: [String]) {
    self.names = names
  }

  init?(argument: String) {
    names = argument.split(separator: ",").map {
      $0.trimmingCharacters(in: .whitespaces)
    }.filter { !$0.isEmpty }
    if names.isEmpty { return nil }
  }
}
