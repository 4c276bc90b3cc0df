import ArgumentParser
import Diagnostics
import Foundation
import Hosting
import Records
import Runs
import Training

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

  /// All tasks; one that is stale is built when it is asked for.
  func catalog(_ benchmark: Benchmark) throws -> TaskCatalog {
    let installation = try Installation.current()
    let builder = TaskBuilder(
      installation: installation, cache: benchmark.cacheFolder,
      trusted: try Site.trustedWriters(),
      announce: { StandardError.note($0) })
    let catalog = TaskCatalog(
      searching: TaskCatalog.roots(
        pluginPath: pluginPath, installation: installation),
      builder: builder)
    let inFront = catalog.replaced
    if !inFront.isEmpty {
      StandardError.note(
        "instead of the shipped tasks, those of \(TaskCatalog.foundRoot) here"
          + " are used: \(inFront.joined(separator: ", "))")
    }
    return catalog
  }
}

/// What the user says of a checkpoint that may come from somebody else.
struct OriginOptions: ParsableArguments {
  @Option(
    name: [.customShort("u"), .long],
    help: ArgumentHelp(
      """
      An upstream of code or files that a checkpoint from elsewhere may load; \
      those of your own runs it may anyway.
      """, valueName: "u[,u]"))
  var upstream: NameList?

  func origin(_ benchmark: Benchmark) -> CheckpointOrigin {
    var origin = CheckpointOrigin(
      upstreams: benchmark.upstreams + (upstream?.names ?? []),
      corpora: benchmark.corpora, store: benchmark.cacheFolder.features)
    origin.data = benchmark.data.mapValues(\.corpora)
    return origin
  }
}

/// Refuses the command line unless `holds`.
func require(_ holds: Bool, _ sentence: String) throws {
  if !holds { throw ValidationError(sentence) }
}

extension CommandConfiguration {
  /// Of a command that the program starts itself.
  static func hidden(_ name: String, _ abstract: String) -> Self {
    Self(commandName: name, abstract: abstract, shouldDisplay: false)
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
