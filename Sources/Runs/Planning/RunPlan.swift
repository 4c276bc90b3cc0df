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
  /// Train the heads of an upstream in one process, in turn; one upstream
  /// together if it is trained, too.
  package var isMultitask = false
  /// Run again what has a result.
  package var isFresh = false
  /// Read the corpora to see whether results still rest on them, whatever the
  /// disk says.
  package var verifiesData = false
  /// Continue a checkpoint although its upstream is not what it was.
  package var acceptsOtherUpstream = false
  /// What ends a worker.
  package var limits = WorkerLimits()
  /// A checkpoint whose weights training begins with (`-i`).
  package var start: StartingPoint?
  /// Seconds between two states to continue from, at least.
  package var checkpointSeconds: Double?

  package init(benchmark: Benchmark) {
    self.benchmark = benchmark
    isMultitask = benchmark.isMultitask
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
  package let root: String

  /// Resolves every cell. What is wrong with the user's request is thrown;
  /// what is wrong with one task alone is that cell's failure.
  package init(
    _ request: RunRequest, catalog: TaskCatalog, cache: CacheFolder
  ) throws {
    self.request = request
    let benchmark = request.benchmark
    guard !benchmark.upstreams.isEmpty else {
      throw UserError(
        "no upstream is named",
        fix: "say --upstream, or list upstreams in"
          + " benchmark.yaml; superb upstreams shows what there is")
    }
    guard !benchmark.tasks.isEmpty else {
      throw UserError(
        "no task is named",
        fix: "say --tasks, or list tasks in"
          + " benchmark.yaml; superb tasks shows what there is")
    }
    let isSingle = benchmark.upstreams.count * benchmark.tasks.count == 1
    if let expdir = request.expdir {
      root = isSingle ? RunPlan.root(ofCell: expdir) : expdir
    } else {
      try benchmark.checkName()
      root = benchmark.runs + "/" + benchmark.name
    }
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let threads = max(1, cores / max(1, request.jobs))
    var cells: [RunCell] = []
    for upstream in benchmark.upstreams {
      let description = try benchmark.placing("upstreams.\(upstream)") {
        if benchmark.fineTuning != nil {
          try UpstreamRegistry.builtIn.checkTrainable(upstream)
        }
        return try UpstreamRegistry.builtIn.describe(upstream)
      }
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
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(
          atPath: folder, isDirectory: &isFolder)
        guard exists, isFolder.boolValue else {
          throw UserError(
            "the corpus '\(corpus)' is not there: no folder \(folder)",
            at: request.benchmark.places["corpora.\(corpus)"],
            fix: "correct its path; superb data make-demo makes a small one")
        }
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
    if let broken = catalog.broken.first(where: { $0.name == name }),
      !catalog.entries.contains(where: { $0.description.names.contains(name) })
    {
      self.init(
        upstream: upstream, task: name, place: place, failure: broken.error)
      return
    }
    let entry = try benchmark.placing("tasks.\(name)") {
      try catalog.entry(named: name)
    }
    let overlay =
      benchmark.overrides[name] ?? benchmark.overrides[entry.description.id]
    var configuration: TaskConfiguration
    do {
      configuration = try Self.configuration(entry, overlay, request)
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
        corpora: benchmark.corpora.filter {
          entry.description.corpora.contains($0.key)
        }.mapValues(Self.absolute),
        seed: benchmark.seed,
        profile: extent.profile ?? request.profile.name,
        limit: request.limit ?? request.profile.limit,
        threads: threads, store: Self.absolute(store), start: request.start,
        checkpointSeconds: request.checkpointSeconds)
      experiment.deviations = deviations
      return experiment
    }
    let whole = experiment(configuration, fold: nil)
    let signature = try whole.signature()
    let task = entry.description.id
    let own = request.expdir.flatMap {
      root == RunPlan.root(ofCell: $0) ? $0 : nil
    }
    let folder = own ?? "\(place)/\(task)/\(signature.prefix(12))"
    if own != nil, !request.isFresh {
      try RunPlan.checkIsFree(folder, for: signature)
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
  private struct TaskFault: Error {
    var reason: UserError
  }

  private static func configuration(
    _ entry: TaskCatalog.Entry, _ overlay: ConfigValue?, _ request: RunRequest
  ) throws -> TaskConfiguration {
    let task = entry.description.id
    if let stored = request.configuration {
      return try stored.applying(request.overrides)
    }
    // Who names a file wants what it says, and not what the benchmark says of
    // the task's own.
    let overlay = request.configFile == nil ? overlay : nil
    do {
      let overrides =
        try request.rateSearch.overrides(of: entry) + request.overrides
      if let files = request.configFile {
        return try TaskConfiguration(
          files: files, of: entry.description.names,
          own: entry.configPath, profile: request.profile,
          overrides: overrides
        ) { root, own in
          try FamiliarConfiguration(
            file: files, own: own,
            corpora: request.benchmark.corpora.filter {
              entry.description.corpora.contains($0.key)
            }
          ).read(root, tell: FamiliarConfiguration.tellOnce)
        }
      }
      return try TaskConfiguration(
        file: entry.configPath, overlay: overlay, profile: request.profile,
        overrides: overrides)
    } catch let error as UserError {
      if request.configFile != nil { throw error }
      guard let file = entry.configPath else {
        let file =
          entry.origin.hasSuffix(".so")
          ? (entry.origin as NSString).deletingPathExtension + ".yaml"
          : entry.origin + "/config.yaml"
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

  static func absolute(_ path: String) -> String {
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
