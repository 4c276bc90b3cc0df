import ArgumentParser
import Configuration
import Diagnostics
import Foundation
import Hosting
import Records
import Runs
import Training

extension RunProfile: ExpressibleByArgument {}

/// `superb run`: extract, train, evaluate, record.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Extract hidden states once, train each task's head, record.",
    discussion: """
      What is not named comes from benchmark.yaml. A cell that has its result
      is not run again, and one that was cut short continues from its last
      checkpoint; --fresh runs both again from the start.
      """)

  @OptionGroup var shared: BenchmarkOptions

  @Option(
    name: [.customShort("u"), .long],
    help: ArgumentHelp("Upstreams.", valueName: "u[,u]"))
  var upstream: NameList?

  @Option(
    name: [.customShort("d"), .long],
    help: ArgumentHelp("Tasks, by id or alias.", valueName: "t[,t]"))
  var tasks: NameList?

  @Option(
    name: [.customShort("c"), .long],
    help: "A task configuration instead of the task's own.")
  var config: String?

  @Option(
    name: [.customShort("n"), .long],
    help: "Name of the run: the folder below the runs' folder.")
  var name: String?

  @Option(name: [.customShort("p"), .long], help: "Folder of all results.")
  var runs: String?

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp(
      "Last edits: \"config.optimizer.lr=1e-3,,args.seed=7\".",
      valueName: "str"))
  var override: [String] = []

  @Option(
    name: [.customShort("s"), .long],
    help: ArgumentHelp(
      "Which states: hidden_states, last_hidden_state, hidden_state_<i>.",
      valueName: "states"))
  var upstreamFeatureSelection: String?

  @Option(
    name: [.customShort("l"), .long], parsing: .unconditional,
    help: ArgumentHelp(
      "One layer instead of the weighted sum; negative from the last.",
      valueName: "index"))
  var upstreamLayerSelection: Int?

  @Flag(help: "Layer-normalise every state before the weighted sum.")
  var upstreamFeatureNormalize = false

  @OptionGroup(title: "Fine-tuning") var fineTuning: FineTuningOptions

  @Option(
    help: "Utterances per split at most; such rows are marked and not ranked.")
  var limit: Int?

  @Option(
    help: """
      smoke sees that it runs, dev that it learns, full is the protocol; only \
      full rows are ranked.
      """)
  var profile = RunProfile.full

  @Option(help: "Experiments at a time; the cores are divided among them.")
  var jobs = 1

  @Flag(
    help: """
      Train the heads of an upstream in one process, the tasks in turn; the \
      numbers are the same. With -f they train one upstream together.
      """)
  var multitask = false

  @Option(help: "Seed of every random number (1337 unless benchmark.yaml).")
  var seed: UInt64?

  @Flag(help: "Run again what has a result.")
  var fresh = false

  @Flag(
    help: """
      Read every file of the corpora to see whether results still rest on \
      them; else those alone that the disk describes otherwise than then.
      """)
  var verify = false

  @Flag(
    help: "With -e, go on although the upstream is not what it was.")
  var otherUpstream = false

  @Option(
    name: [.customShort("e"), .long],
    help: ArgumentHelp(
      """
      Continue the experiment of a checkpoint or of its folder, with its own \
      configuration; only --override changes it.
      """, valueName: "checkpoint"))
  var pastExp: String?

  @Option(
    name: [.customShort("i"), .long],
    help: ArgumentHelp(
      "Begin training with the weights of a checkpoint.",
      valueName: "checkpoint"))
  var initCkpt: String?

  @Flag(
    name: [.customShort("a"), .long],
    help: "Continue what was cut short: what a run does unless --fresh.")
  var autoResume = false

  @Option(
    help: ArgumentHelp(
      "Seconds between two states to continue from, at least.",
      valueName: "seconds"))
  var checkpointEvery: Double?

  @Flag(
    help: """
      Say what would be run, with a forecast of time, disk and memory from \
      the first batches, and run nothing.
      """)
  var dryRun = false

  @Option(
    help: ArgumentHelp(
      "Seconds without a sign of life after which an experiment is ended.",
      valueName: "seconds"))
  var stallTimeout = 1800

  @Option(
    help: ArgumentHelp(
      """
      Memory of an experiment, above which it is ended; nine tenths of the \
      machine's unless given.
      """, valueName: "gigabytes"))
  var memoryLimit: Double?

  func validate() throws {
    try require(jobs >= 1, "--jobs takes 1 or more")
    try require(limit ?? 1 >= 1, "--limit takes 1 or more")
    try require(
      !(autoResume && fresh), "--auto-resume continues and --fresh does not")
    try require(
      checkpointEvery ?? 0 >= 0, "--checkpoint-every takes 0 seconds or more")
    try require(
      memoryLimit.map { $0 > 0 && $0 < 1e6 } ?? true,
      "--memory-limit takes gigabytes above 0")
    try require(stallTimeout >= 1, "--stall-timeout takes 1 second or more")
  }

  func run() throws {
    let (plan, installation) = try resolve()
    try plan.checkCorpora()
    if dryRun {
      let isFit = PlanDisplay.show(plan, installation: installation)
      throw ArgumentParser.ExitCode(
        isFit ? ExitCode.done : ExitCode.someFailed)
    }
    Interruption.handleSignals()
    let named = NamedThings()
    for cell in plan.cells {
      for (experiment, _) in cell.experiments { named.note(experiment) }
    }
    let display = RunDisplay(cells: plan.cells.count)
    let run = Run(plan, installation: installation) { display.show($0) }
    defer { display.finish() }
    let code = try run.run()
    display.finish()
    if code == ExitCode.interrupted {
      StandardError.note(
        "interrupted; the same command again continues where it stopped")
    } else {
      if code == ExitCode.someFailed {
        StandardError.note(
          "some cells failed; the same command again runs these alone, from"
            + " their last checkpoints, or anew with --fresh")
      }
      StandardError.note("results in \(plan.root); superb report shows them")
    }
    throw ArgumentParser.ExitCode(code)
  }

  private func resolve() throws -> (RunPlan, Installation) {
    var benchmark = try shared.located()
    if let upstream { benchmark.upstreams = upstream.names }
    if let tasks { benchmark.tasks = tasks.names }
    if let name { benchmark.name = name }
    if let runs { benchmark.runs = runs }
    if let seed { benchmark.seed = seed }
    if let selection = upstreamFeatureSelection {
      benchmark.feature.stateName = selection
    }
    if let layer = upstreamLayerSelection { benchmark.feature.layer = layer }
    if upstreamFeatureNormalize { benchmark.feature.normalize = true }
    benchmark.fineTuning = fineTuning.over(benchmark.fineTuning)
    let overrides = try override.flatMap { try Overrides.parse($0) }
    for override in overrides where override.scope == .args {
      try apply(override, to: &benchmark)
    }
    var request = RunRequest(benchmark: benchmark)
    request.configFile = config
    request.overrides = overrides
    request.profile = profile
    request.limit = limit
    request.jobs = jobs
    if multitask { request.isMultitask = true }
    request.isFresh = fresh
    request.verifiesData = verify
    request.acceptsOtherUpstream = otherUpstream
    request.limits.stallSeconds = stallTimeout
    if let memoryLimit {
      request.limits.memoryBytes = Int(memoryLimit * 1e9)
    }
    request.checkpointSeconds = checkpointEvery
    tellOfCode(benchmark)
    let catalog = try shared.catalog(benchmark)
    let installation = try Installation.current()
    if let pastExp {
      let plan = try RunPlan(continuing: pastExp, request, catalog: catalog)
      return (plan, installation)
    }
    request.start = try initCkpt.map {
      let path = try CheckpointPath.toContinue($0)
      return try StartingPoint(
        path: URL(fileURLWithPath: path).path, kind: .weights)
    }
    let plan = try RunPlan(
      request, catalog: catalog, cache: benchmark.cacheFolder)
    return (plan, installation)
  }

  private typealias Argument = (
    name: String, set: @Sendable (inout Benchmark, ConfigValue) throws -> Void
  )

  /// The options that s3prl calls so: `args.…` of an override string.
  private static let arguments: [Argument] = [
    (
      "seed",
      { $0.seed = UInt64(try $1.int(at: "", in: 0 ... .max, default: 1337)) }
    ),
    ("upstream", { $0.upstreams = [try $1.string(at: "")] }),
    ("downstream", { $0.tasks = [try $1.string(at: "")] }),
    ("expname", { $0.name = try $1.string(at: "") }),
    ("expdir", { $0.runs = try $1.string(at: "") }),
    (
      "upstream_feature_selection",
      { $0.feature.stateName = try $1.string(at: "") }
    ),
    ("upstream_layer_selection", { $0.feature.layer = try $1.int(at: "") }),
    (
      "upstream_feature_normalize",
      { $0.feature.normalize = try $1.bool(at: "") }
    ),
    (
      "upstream_trainable",
      {
        $0.fineTuning =
          try $1.bool(at: "") ? $0.fineTuning ?? FineTuning() : nil
      }
    ),
  ]

  /// Says which code of the user's, or of whoever wrote the file, is run
  /// because it stands in a `benchmark.yaml` that nobody has named.
  private func tellOfCode(_ benchmark: Benchmark) {
    guard shared.benchmark == nil, upstream == nil, pastExp == nil else {
      return
    }
    let code = benchmark.upstreams.filter { $0.hasPrefix("python:") }
    if code.isEmpty { return }
    StandardError.note(
      "\(Benchmark.standardFile) here names code that is run: "
        + code.joined(separator: ", "))
  }

  /// `args.…` of an override string: the options that s3prl calls so.
  private func apply(
    _ override: Override, to benchmark: inout Benchmark
  ) throws {
    let name = override.path.joined(separator: ".")
    guard let argument = Self.arguments.first(where: { $0.name == name }) else {
      throw UserError(
        "there is no argument '\(name)'", at: "--override",
        fix: Suggestion.fix(for: name, among: Self.arguments.map(\.name)))
    }
    try argument.set(&benchmark, override.value)
  }
}
