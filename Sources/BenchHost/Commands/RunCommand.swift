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

      """ + KnownNames.text)

  @OptionGroup var shared: BenchmarkOptions

  @Option(
    name: [.customShort("m"), .long],
    help: ArgumentHelp(
      "train, which a run does anyway; evaluate is superb evaluate.",
      valueName: "mode"))
  var mode: RunMode?

  @Option(
    name: [.customShort("u"), .long],
    help: ArgumentHelp("Upstreams.", valueName: "u[,u]"))
  var upstream: NameList?

  @Option(
    name: [.customShort("d"), .long, .customLong("downstream")],
    help: ArgumentHelp("Tasks, by id or alias.", valueName: "t[,t]"))
  var tasks: NameList?

  @OptionGroup(title: "Your own data") var ownData: LabelledDataOptions

  @Option(
    name: [.customShort("v"), .long],
    help: ArgumentHelp(
      "The fold of a task with folds, where its configuration names none.",
      valueName: "fold"))
  var downstreamVariant: String?

  @Option(
    name: [.customShort("c"), .long],
    help: ArgumentHelp(
      """
      A task configuration instead of the task's own, or of several tasks one \
      below each name; files after a comma are laid over those before.
      """, valueName: "file[,file]"))
  var config: String?

  @Option(
    name: [.customShort("n"), .long, .customLong("expname")],
    help: "Name of the run: the folder below the runs' folder.")
  var name: String?

  @Option(
    name: [.customShort("p"), .long],
    help: ArgumentHelp(
      """
      The very folder of this run: one cell's files lie in it, and the cells \
      of several below it.
      """, valueName: "folder"))
  var expdir: String?

  @Option(help: "Folder of all results, each run below its name.")
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
  var profile: RunProfile?

  @Option(
    help: """
      Experiments at a time, 1 unless given; the cores are divided among them.
      """)
  var jobs: Int?

  @Flag(
    help: """
      Train the heads of an upstream in one process, the tasks in turn; the \
      numbers are the same. With -f they train one upstream together.
      """)
  var multitask = false

  @Option(help: "Seed of every random number (1337 unless benchmark.yaml).")
  var seed: UInt64?

  @Flag(
    name: [.long, .customLong("clear")],
    help: "Run again from the start, also what has a result.")
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
    help: ArgumentHelp(
      """
      Run the settings of an experiment again, by its signature or a beginning \
      of it; KEY=VALUE changes them.
      """, valueName: "signature"))
  var from: String?

  @Option(
    help: ArgumentHelp(
      """
      protocol, the search of learning rates that published numbers need; \
      none, a single rate; or an axis, "seed=1,2,3", as superb grid has it.
      """, valueName: "axis"))
  var grid: [String] = []

  @Option(
    help: ArgumentHelp(
      "Run cells that fail so many times more.", valueName: "n")
  )
  var retry: Int?

  @Argument(
    help: ArgumentHelp(
      "As --override, and shorter: seed=7, optimizer.lr=1e-3.",
      valueName: "key=value"))
  var settings: [String] = []

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
      """
      Begin where a checkpoint stands, its step and optimizer too, with the \
      settings of this command.
      """, valueName: "checkpoint"))
  var initCkpt: String?

  @Option(
    help: ArgumentHelp(
      "Begin a new training with the weights of a checkpoint.",
      valueName: "checkpoint"))
  var initWeights: String?

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
      "Seconds without a sign of life that end an experiment; 1800.",
      valueName: "seconds"))
  var stallTimeout: Int?

  @Option(
    help: ArgumentHelp(
      """
      Memory of an experiment, above which it is ended; nine tenths of the \
      machine's unless given.
      """, valueName: "gigabytes"))
  var memoryLimit: Double?

  @Option(
    help: ArgumentHelp(
      """
      Disk that hidden states may take, such as 200G: what pays most is \
      kept, and the rest is made anew in every epoch, to the same numbers.
      """, valueName: "size"))
  var storeLimit: String?

  @OptionGroup(title: "Cluster") var cluster: ClusterOptions

  func validate() throws {
    try require(jobs ?? 1 >= 1, "--jobs takes 1 or more")
    try require(limit ?? 1 >= 1, "--limit takes 1 or more")
    try require(
      !(autoResume && fresh), "--auto-resume continues and --fresh does not")
    try require(
      checkpointEvery ?? 0 >= 0, "--checkpoint-every takes 0 seconds or more")
    try require(
      memoryLimit.map { $0 > 0 && $0 < 1e6 } ?? true,
      "--memory-limit takes gigabytes above 0")
    try require(
      stallTimeout ?? 1 >= 1, "--stall-timeout takes 1 second or more")
    try require(retry ?? 0 >= 0, "--retry takes 0 or more")
    try require(
      initCkpt == nil || initWeights == nil,
      "--init-ckpt goes on and --init-weights begins anew")
    try require(
      expdir == nil || (name == nil && runs == nil),
      "--expdir is the folder itself, without --name and --runs")
    try require(
      from == nil || pastExp == nil,
      "--from begins anew and --past-exp goes on")
  }

  func run() throws {
    if !axes.isEmpty { return try GridRun(command: self).run() }
    let resolved = try ResolvedRun(self)
    let plan = try resolved.plan()
    try plan.checkCorpora()
    resolved.introduce(plan)
    let installation = try Installation.current()
    throw ArgumentParser.ExitCode(
      try RunExecution(
        plan: plan, installation: installation, command: resolved.command,
        benchmark: resolved.benchmark
      ).run())
  }
}
