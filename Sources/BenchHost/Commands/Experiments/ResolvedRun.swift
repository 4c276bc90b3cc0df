import Configuration
import Diagnostics
import Foundation
import Hosting
import Records
import Runs
import Training

/// What `superb run` does once every word that was said about it has its
/// place: `-o` and `key=value` over options, these over the experiment of
/// `--from`, that over `benchmark.yaml`.
struct ResolvedRun {
  /// With everything set that was said of its options anywhere.
  private(set) var command: RunCommand
  private(set) var benchmark: Benchmark
  private(set) var request: RunRequest
  /// As they were given, for what is said in the first lines.
  private let overrides: [Override]
  /// What was wrong so far, told together with what is wrong in the rest.
  private var mistakes: Mistakes

  /// - Parameter point: what a grid sets, over all else.
  init(_ typed: RunCommand, point: [Override] = []) throws {
    var command = typed
    var mistakes = Mistakes()
    var overrides: [Override] = []
    for text in typed.override {
      overrides += try mistakes.gather { try Overrides.parse(text) } ?? []
    }
    for text in typed.settings {
      overrides +=
        try mistakes.gather {
          try Overrides.settings([text], sections: TaskConfiguration.sections)
        } ?? []
    }
    overrides += point
    for override in overrides where override.scope == .args {
      let name = override.path[0]
      try mistakes.gather {
        try RunCommand.argument(name).set(&command, override.value)
      }
    }
    try mistakes.gather { try command.expandPaths() }
    let shared = command.shared
    guard let located = try mistakes.gather({ try shared.located() }) else {
      try mistakes.check()
      throw InternalError("a benchmark that is neither good nor bad")
    }
    benchmark = located
    for (key, value) in benchmark.options.sorted(by: { $0.key < $1.key }) {
      try mistakes.gather {
        let argument = try RunCommand.argument(key)
        if !argument.isGiven(command) { try argument.set(&command, value) }
      }
    }
    try mistakes.gather { try command.expandPaths() }
    try command.validate()
    request = RunRequest(benchmark: benchmark)
    self.overrides = overrides
    self.command = command
    self.mistakes = mistakes
    if let from = command.from { try take(from) }
    try applyOptions()
    try nameTasks()
    request.benchmark = benchmark
    request.overrides = overrides
    request.origins = origins(typed)
    request.start =
      try self.mistakes.gather { [command = self.command] in
        try Self.start(command)
      } ?? request.start
  }

  /// What training begins with.
  private static func start(_ command: RunCommand) throws -> StartingPoint? {
    guard let name = command.initCkpt ?? command.initWeights else {
      return nil
    }
    let path = try CheckpointPath.toContinue(name)
    return try StartingPoint(
      path: URL(fileURLWithPath: path).path,
      kind: command.initCkpt == nil ? .weights : .everything)
  }

  /// The settings of an experiment that was run before.
  private mutating func take(_ name: String) throws {
    let cell = try FoundCell.named(name, below: command.runs ?? benchmark.runs)
    let experiment = cell.record.experiment
    let root = cell.root as NSString
    benchmark.runs = root.deletingLastPathComponent
    benchmark.name = root.lastPathComponent
    benchmark.upstreams = [experiment.upstream]
    benchmark.tasks = [experiment.task.id]
    benchmark.seed = experiment.seed
    benchmark.feature = experiment.feature
    benchmark.fineTuning = experiment.fineTuning
    benchmark.fineTuning?.sharedBy = nil
    if let own = LabelledData(of: experiment, here: benchmark.data) {
      benchmark.data[experiment.task.id] = own
    }
    // A corpus that has moved is where the benchmark of here says.
    for (corpus, path) in experiment.corpora
    where experiment.task.expert == nil {
      let exists = FileManager.default.fileExists(atPath: path)
      if exists || benchmark.corpora[corpus] == nil {
        benchmark.corpora[corpus] = path
      }
    }
    request.configuration =
      command.config == nil ? experiment.config : nil
    request.profile =
      RunProfile(rawValue: experiment.profile.rawValue) ?? .full
    request.limit = experiment.limit
    request.start = experiment.start
  }

  private mutating func applyOptions() throws {
    if let upstream = command.upstream { benchmark.upstreams = upstream.names }
    if let tasks = command.tasks { benchmark.tasks = tasks.names }
    command.ownData.apply(
      to: &benchmark, besideTasks: command.tasks != nil)
    if let name = command.name { benchmark.name = name }
    if let runs = command.runs { benchmark.runs = runs }
    if let seed = command.seed { benchmark.seed = seed }
    if let selection = command.upstreamFeatureSelection {
      benchmark.feature.stateName = selection
    }
    if let layer = command.upstreamLayerSelection {
      benchmark.feature.layer = layer
    }
    if command.upstreamFeatureNormalize { benchmark.feature.normalize = true }
    benchmark.fineTuning = command.fineTuning.over(benchmark.fineTuning)
    if let override = overrides.last(where: {
      $0.scope == .args && $0.path == ["upstream_trainable"]
    }), override.value == false {
      benchmark.fineTuning = nil
    }
    request.configFile = command.config
    request.needsCorpora = true
    request.variant = command.downstreamVariant
    request.expdir = command.expdir
    if let profile = command.profile { request.profile = profile }
    if let limit = command.limit { request.limit = limit }
    request.jobs = command.jobs ?? 1
    if try command.cluster.place == .slurm {
      request.threads = try command.cluster.settings(benchmark).cpus
    }
    if command.multitask { request.isMultitask = true }
    request.isFresh = command.fresh
    request.verifiesData = command.verify
    request.acceptsOtherUpstream = command.otherUpstream
    if let seconds = command.stallTimeout {
      request.limits.stallSeconds = seconds
    }
    if let memory = command.memoryLimit {
      request.memoryBytes = Int(memory * 1e9)
    }
    request.storeLimit = try command.storeLimit.map { text in
      if let bytes = ByteCount.read(text) { return bytes }
      throw UserError(
        "'\(text)' is no size", at: "--store-limit",
        fix: "write it as 200G, 1.5T, 500M or in bytes")
    }
    request.checkpointSeconds = command.checkpointEvery
    if let search = command.rateSearch { request.rateSearch = search }
  }

  /// Tasks that the configuration names, or tells apart.
  private mutating func nameTasks() throws {
    let root = try command.config.map(TaskConfiguration.root)
    if let root, let tasks = TaskConfiguration.tasks(in: root),
      command.tasks == nil
    {
      benchmark.tasks = tasks
    }
    benchmark.tasks = try benchmark.tasks.map {
      $0 == CTCTask.name ? try CTCTask.meant(by: root) : $0
    }
  }

  /// The cells; their tasks are built for it once all mistakes of the command
  /// would have been told.
  func plan(_ catalog: TaskCatalog? = nil) throws -> RunPlan {
    tellOfCode()
    let catalog = try catalog ?? command.shared.catalog(benchmark)
    if let pastExp = command.pastExp {
      try mistakes.check()
      return try RunPlan(continuing: pastExp, request, catalog: catalog)
    }
    var mistakes = mistakes
    let checked = try mistakes.gather {
      try RunPlan.check(request, catalog: catalog)
    }
    try mistakes.check()
    let plan = try RunPlan(
      request, catalog: catalog, cache: benchmark.cacheFolder,
      checked: checked)
    if command.mode == .evaluate { try checkNothingIsTrained(plan) }
    return plan
  }

  /// Without a checkpoint, only tasks that train nothing can be evaluated.
  private func checkNothingIsTrained(_ plan: RunPlan) throws {
    for cell in plan.cells {
      guard let experiment = cell.whole,
        experiment.config.settings.totalSteps > 0
      else { continue }
      throw UserError(
        "'\(experiment.task.id)' is trained before it is evaluated, and no"
          + " checkpoint is named", at: "--mode evaluate",
        fix: "name one with -e, or train with superb run")
    }
  }

  /// Says which code of the user's, or of whoever wrote the file, is run
  /// because it stands in a `benchmark.yaml` that nobody has named.
  private func tellOfCode() {
    guard command.shared.benchmark == nil, command.upstream == nil,
      command.pastExp == nil
    else { return }
    let code = benchmark.upstreams.filter { $0.hasPrefix("python:") }
    if code.isEmpty { return }
    StandardError.note(
      "\(Benchmark.standardFile) here names code that is run: "
        + code.joined(separator: ", "))
  }

  /// Where each argument comes from that decides a number.
  private func origins(_ typed: RunCommand) -> [String: String] {
    let keys = [
      "upstream": "upstreams", "downstream": "tasks", "seed": "seed",
      "profile": "profile", "limit": "limit", "config": "config",
      "init_ckpt": "init_ckpt", "upstream_trainable": "fine_tuning",
      "upstream_layer_selection": "features",
      "upstream_feature_selection": "features",
    ]
    return Dictionary(
      uniqueKeysWithValues: keys.map { name, key -> (String, String) in
        let argument = try? RunCommand.argument(name)
        let isOverridden = overrides.contains {
          $0.scope == .args && argument?.names.contains($0.path[0]) == true
        }
        let option = "--" + name.replacingOccurrences(of: "_", with: "-")
        let origin =
          isOverridden
          ? "-o args.\(name)"
          : argument?.isGiven(typed) == true
            ? (name == "downstream" ? "--tasks" : option)
            : command.from.map { "--from \($0)" }
              ?? benchmark.places[key] ?? "default"
        return (name, origin)
      }
    ).merging(benchmark.places.filter { $0.key.hasPrefix("corpora.") }) {
      $1
    }
  }
}

extension RunCommand {
  /// Puts what `~`, `$NAME` and `//reference` stand for into every path, from
  /// wherever it was written.
  fileprivate mutating func expandPaths() throws {
    let paths: [WritableKeyPath<RunCommand, String?>] = [
      \.config, \.runs, \.pastExp, \.initCkpt, \.initWeights, \.expdir,
      \.shared.benchmark,
      \.shared.pluginPath, \.ownData.data, \.ownData.dataTrials,
    ]
    for path in paths {
      self[keyPath: path] = try self[keyPath: path].map {
        try PathText.expandingMarked($0)
      }
    }
    if let names = upstream?.names {
      upstream = NameList(try names.map { try PathText.expandingMarked($0) })
    }
  }

  /// The words of `--grid` that name a search of learning rates.
  var rateSearch: RateSearch? {
    grid.compactMap(RateSearch.init(rawValue:)).last
  }

  /// The others, which are axes.
  var axes: [String] { grid.filter { RateSearch(rawValue: $0) == nil } }
}
