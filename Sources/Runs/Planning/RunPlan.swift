import Configuration
import Diagnostics
import Files
import Foundation
import Hosting
import Records
import Training
import Upstreams

/// What the user asked for: every upstream on every task.
package struct RunRequest: Sendable {
  package var benchmark: Benchmark
  /// Replaces the tasks' own configuration files: one, or several with commas
  /// between them.
  package var configFile: String?
  /// The fold of tasks with folds whose configuration names none.
  package var variant: String?
  /// The very folder of the results, in place of one below the benchmark's.
  package var expdir: String?
  /// Replaces all files: the whole configuration of a cell that was run.
  package var configuration: TaskConfiguration?
  /// Which learning rates are tried.
  package var rateSearch = RateSearch.asConfigured
  /// Where each argument comes from, by its name, for the cells' records.
  package var origins: [String: String] = [:]
  package var overrides: [Override] = []
  package var profile = RunProfile.full
  /// Utterances of each split at most, instead of the profile's number.
  package var limit: Int?
  /// Experiments at a time.
  package var jobs = 1
  /// Cores of an experiment, where this machine's do not say; they decide no
  /// number.
  package var threads: Int?
  /// Train the heads of an upstream in one process, in turn; one upstream
  /// together if it is trained, too.
  package var isMultitask = false
  /// Run again what has a result.
  package var isFresh = false
  /// A corpus whose folder is missing is a mistake of the request.
  package var needsCorpora = false
  /// Read the corpora to see whether results still rest on them, whatever the
  /// disk says.
  package var verifiesData = false
  /// Continue a checkpoint although its upstream is not what it was.
  package var acceptsOtherUpstream = false
  /// What ends a worker.
  package var limits = WorkerLimits()
  /// The memory limit, if the user has named one: that of ``limits`` is this
  /// machine's otherwise.
  package var memoryBytes: Int? {
    didSet { if let memoryBytes { limits.memoryBytes = memoryBytes } }
  }
  /// A checkpoint whose weights training begins with (`-i`).
  package var start: StartingPoint?
  /// Seconds between two states to continue from, at least.
  package var checkpointSeconds: Double?
  /// Bytes that hidden states may take on the disk; nil for all there are.
  package var storeLimit: Int?

  package init(benchmark: Benchmark) {
    self.benchmark = benchmark
    isMultitask = benchmark.isMultitask
  }

  /// Cores of each experiment.
  var threadsEach: Int {
    threads
      ?? max(
        1, ProcessInfo.processInfo.activeProcessorCount / max(1, jobs))
  }
}

/// One cell of the leaderboard, and the experiments that fill it: one, or
/// one a fold.
package struct RunCell: Sendable {
  package let upstream: String
  package let task: String
  /// `<runs>/<name>/<upstream>/<task>/<signature>`, the result's folder.
  package let folder: String
  package let signature: String
  /// The experiments with the folders they run in.
  package let experiments: [(experiment: Experiment, folder: String)]
  /// Why the cell cannot be run at all.
  package let failure: (any Error)?
  /// All folds as one experiment, where there are some.
  package var whole: Experiment?
  /// Where each argument comes from, by its name.
  package var origins: [String: String] = [:]

  /// Whether the folds have folders of their own.
  package var isCrossValidated: Bool {
    experiments.first.map { $0.experiment.fold != nil && $0.folder != folder }
      ?? false
  }
}

/// The cells of a run, in the order upstream by upstream.
package struct RunPlan: Sendable {
  package let request: RunRequest
  package let cells: [RunCell]
  /// Where the run's own record lies.
  package let root: String
  /// The folder to name for its results.
  package var resultsFolder: String {
    request.expdir ?? root
  }

  /// Resolves every cell. What is wrong with the user's request is thrown;
  /// what is wrong with one task alone is that cell's failure.
  ///
  /// - Parameter checked: what ``check(_:catalog:)`` has said of the request.
  package init(
    _ request: RunRequest, catalog: TaskCatalog, cache: CacheFolder,
    checked: Checked? = nil
  ) throws {
    self.request = request
    let benchmark = request.benchmark
    let checked = try checked ?? Self.check(request, catalog: catalog)
    let isSingle = benchmark.upstreams.count * benchmark.tasks.count == 1
    if let expdir = request.expdir {
      root = isSingle ? RunPlan.root(ofCell: expdir) : expdir
    } else {
      root = benchmark.runs + "/" + benchmark.name
    }
    let threads = request.threadsEach
    var cells: [RunCell] = []
    for upstream in benchmark.upstreams {
      guard
        let description = try checked.descriptions[upstream]
          ?? benchmark.describe(upstream)
      else { throw InternalError("an upstream that was not described") }
      var own: [RunCell] = []
      for task in benchmark.tasks {
        own.append(
          try RunCell(
            upstream: upstream, description: description, task: task,
            request: request, catalog: catalog, root: root,
            threads: threads, store: cache.features))
      }
      cells +=
        request.isMultitask && benchmark.fineTuning != nil
        ? try Self.sharing(own) : own
    }
    self.cells = cells
    if let variant = request.variant,
      !cells.contains(where: { $0.whole?.task.folds != nil })
    {
      throw UserError(
        "no task here has folds, of which '\(variant)' could be one",
        at: "--downstream-variant")
    }
  }

  /// Throws if a folder that the benchmark names for a corpus of one of the
  /// tasks is not there. A corpus without any folder may not be needed: the
  /// task will say.
  package func checkCorpora() throws {
    for cell in cells {
      for corpus in cell.experiments.first?.experiment.task.corpora ?? [] {
        guard let folder = request.benchmark.corpora[corpus] else { continue }
        try request.benchmark.checkPlace(of: corpus, folder)
      }
    }
  }
}

extension RunCell {
  fileprivate init(
    upstream: String, description: UpstreamDescription, task name: String,
    request: RunRequest, catalog: TaskCatalog, root: String, threads: Int,
    store: String
  ) throws {
    let benchmark = request.benchmark
    let place = "\(root)/\(Self.fileName(upstream))"
    let data = benchmark.data[name]
    if data == nil, let broken = catalog.broken(named: name) {
      self.init(
        upstream: upstream, task: name, place: place, failure: broken.error)
      return
    }
    let entry = try benchmark.placing("tasks.\(name)") {
      try data?.entry(named: name, in: catalog) ?? catalog.entry(named: name)
    }
    let overlay =
      benchmark.overrides[name] ?? benchmark.overrides[entry.description.id]
    var configuration: TaskConfiguration
    do {
      configuration = try Self.configuration(
        Origin(
          task: entry.description.id, names: entry.description.names,
          corpora: entry.description.corpora, configPath: entry.configPath,
          path: entry.origin), overlay, request)
      if let variant = request.variant {
        configuration = try configuration.choosing(
          fold: variant, of: entry.description)
      }
    } catch let error as TaskFault {
      self.init(
        upstream: upstream, task: entry.description.id, place: place,
        failure: error.reason)
      return
    }
    let extent = configuration.settings.extent
    let deviations = Self.deviations(of: configuration, from: entry)

    func experiment(
      _ configuration: TaskConfiguration, fold: String?
    ) -> Experiment {
      var experiment = Experiment(
        upstream: upstream, task: entry.description, fold: fold,
        library: Self.absolute(entry.library), libraryDigest: entry.digest,
        upstreamDigest: description.digest, config: configuration,
        feature: benchmark.feature, fineTuning: benchmark.fineTuning,
        corpora: benchmark.corpora(of: name, entry.description),
        seed: benchmark.seed,
        profile: extent.profile ?? request.profile.name,
        limit: request.limit ?? request.profile.limit,
        threads: threads, store: Self.absolute(store), start: request.start,
        checkpointSeconds: request.checkpointSeconds)
      experiment.deviations = deviations
      experiment.storeLimit = request.storeLimit.map {
        StoreLimit(
          bytes: $0,
          sharing: entry.description.sharing(among: benchmark, catalog))
      }
      return experiment
    }
    let whole = experiment(configuration, fold: nil)
    let signature = try whole.signature()
    let task = entry.description.id
    let own = request.expdir.flatMap {
      root == RunPlan.root(ofCell: $0) ? $0 : nil
    }
    let folder = own ?? "\(place)/\(task)/\(signature.prefix(12))"
    if own != nil {
      try RunPlan.checkIsFree(
        folder, for: signature, isFresh: request.isFresh)
    }
    var experiments = [(experiment: whole, folder: folder)]
    if let folds = entry.description.folds,
      try configuration.value.value(
        at: ([ExpertHost.section] + folds.configKey).joined(separator: "."))
        == nil
    {
      experiments = try folds.names.map { fold in
        let configuration = try configuration.setting(
          folds.configKey, to: fold)
        return (experiment(configuration, fold: fold), "\(folder)/\(fold)")
      }
    }
    self.init(
      upstream: upstream, task: task, folder: folder, signature: signature,
      experiments: experiments, failure: nil, whole: whole,
      origins: request.origins)
  }

  /// A cell that cannot be run.
  private init(
    upstream: String, task: String, place: String, failure: any Error
  ) {
    let signature = String(repeating: "0", count: 64)
    self.init(
      upstream: upstream, task: task,
      folder: "\(place)/\(task)/\(signature.prefix(12))",
      signature: signature, experiments: [], failure: failure)
  }

  /// A task comes without a configuration that can be used. It costs the
  /// task's own cells, where a mistake of the user's stops the run.
  struct TaskFault: Error {
    var reason: UserError
  }

  /// What a task's configuration begins with.
  struct Origin {
    var task: String
    /// All of the task's names, as far as they are known.
    var names: [String]
    /// What the task reads; nil if that is not known yet.
    var corpora: [String]?
    /// The task's own file, if it has one.
    var configPath: String?
    /// The folder or library that it was found as.
    var path = ""
  }

  static func configuration(
    _ origin: Origin, _ overlay: ConfigValue?, _ request: RunRequest
  ) throws -> TaskConfiguration {
    let task = origin.task
    if let stored = request.configuration {
      return try stored.applying(request.overrides)
    }
    // Who names a file wants what it says, and not what the benchmark says of
    // the task's own.
    let overlay = request.configFile == nil ? overlay : nil
    do {
      let overrides =
        try request.rateSearch.overrides(of: origin.configPath)
        + request.overrides
      if let files = request.configFile {
        return try TaskConfiguration(
          files: files, of: origin.names,
          own: origin.configPath, profile: request.profile,
          overrides: overrides
        ) { root, own in
          try FamiliarConfiguration(
            file: files, own: own,
            corpora: request.benchmark.corpora.filter {
              origin.corpora?.contains($0.key) ?? true
            }
          ).read(root) { change in
            if origin.corpora != nil { FamiliarConfiguration.tellOnce(change) }
          }
        }
      }
      return try TaskConfiguration(
        file: origin.configPath, overlay: overlay, profile: request.profile,
        overrides: overrides)
    } catch let error as UserError {
      if request.configFile != nil { throw error }
      guard let file = origin.configPath else {
        let file =
          origin.path.hasSuffix(".so")
          ? (origin.path as NSString).deletingPathExtension + ".yaml"
          : origin.path + "/config.yaml"
        throw TaskFault(
          reason: UserError(
            "the task '\(task)' has no configuration: there is no such file",
            at: file,
            fix: "write one with the sections runner and optimizer, or name"
              + " another with -c"))
      }
      // Good by itself, it was spoilt by what the user laid over it.
      let isGood = try? TaskConfiguration(
        file: file, overlay: nil, overrides: [])
      if isGood != nil { throw error }
      throw TaskFault(
        reason: UserError(
          "the configuration of the task '\(task)' cannot be used: "
            + error.what, at: error.location ?? file,
          fix: error.fix ?? "correct \(file), or name another with -c"))
    }
  }

  /// The settings that are not those of the task's own file; nil if it has
  /// none that can be used.
  static func deviations(
    of configuration: TaskConfiguration, from entry: TaskCatalog.Entry
  ) -> [String]? {
    (try? TaskConfiguration(
      file: entry.configPath, overlay: nil, overrides: []))
      .map(configuration.differences)
  }

  package static func absolute(_ path: String) -> String {
    path.hasPrefix("/")
      ? path : FileManager.default.currentDirectoryPath + "/" + path
  }

  /// The upstream's name as a folder's: everything but letters, digits and
  /// `._-` becomes `-`. A path's beginning is left out: `./wavlm` is `wavlm`,
  /// and not a folder that listings hide.
  package static func fileName(_ name: String) -> String {
    let name = name.contains("/") ? name.drop { "./~".contains($0) } : name[...]
    return String(
      name.map { character in
        character.isASCII
          && (character.isLetter || character.isNumber
            || "._-".contains(character))
          ? character : "-"
      })
  }
}

extension TaskDescription {
  /// Tasks of a benchmark, itself among them, that hear what this one does.
  fileprivate func sharing(
    among benchmark: Benchmark, _ catalog: TaskCatalog
  ) -> Int {
    let others = benchmark.tasks.filter { name in
      let other = try? catalog.entry(named: name).description
      return other?.id != id
        && !Set(other?.corpora ?? []).isDisjoint(with: corpora)
    }
    return others.count + 1
  }
}
