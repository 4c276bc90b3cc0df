import Diagnostics
import Files
import Foundation
import Hosting
import Records
import Runs

/// A plan as jobs: extraction first, in shards for each upstream, then every
/// experiment by itself.
package struct ClusterRun {
  package let plan: RunPlan
  package let submitter: Submitter
  private let installation: Installation
  private let names: JobNames
  /// Absolute.
  private let root: String

  package init(
    _ plan: RunPlan, on submitter: Submitter, installation: Installation
  ) throws {
    guard !plan.request.isMultitask else {
      throw UserError(
        "with --on every experiment is a job of its own, and --multitask"
          + " trains several in one process", at: "--multitask",
        fix: "leave it out; the hidden states are shared all the same")
    }
    self.plan = plan
    self.submitter = submitter
    self.installation = installation
    names = JobNames(plan, run: plan.request.benchmark.name)
    root = RunCell.absolute(plan.root)
  }

  private var settings: ClusterSettings { submitter.setting.settings }

  /// An experiment with the folder that it runs in.
  package typealias Work = (
    cell: RunCell, experiment: Experiment, folder: String
  )

  /// What was begun, and what was not because a job has it already.
  package struct Started {
    package var groups: [JobGroup]
    /// Nil if there was nothing to do.
    package var submission: Submission?
    /// Its folder.
    package var folder = ""
    /// Jobs that have cells of the plan, `123_4`.
    package var earlier: [String]
  }

  /// Makes the folders ready of what has no result and no job yet, and queues
  /// it; without a scheduler, what is to be run.
  ///
  /// - Parameters:
  ///   - onlyFirst: whether only the first cell is wanted.
  ///   - watch: told of cells that need no job.
  /// - Throws: `UserError` if the scheduler refuses.
  package func start(
    onlyFirst: Bool = false, watch: @escaping @Sendable (RunEvent) -> Void
  ) throws -> Started {
    if let mask = settings.umask, let bits = UInt32(mask, radix: 8) {
      _ = umask(mode_t(bits))
    }
    let busy = try BusyCells(plan)
    if plan.request.isFresh { try busy.refuse() }
    let run = Run(plan, installation: installation, watch: watch)
    var work = try run.prepareForJobs(besides: busy.folders)
    if onlyFirst, let first = work.first?.cell.folder {
      work = work.filter { $0.cell.folder == first }
    }
    guard !work.isEmpty else { return Started(groups: [], earlier: busy.jobs) }
    let groups = try submitter.sized(try self.groups(of: work, writes: true))
    let (submission, folder) = try submitter.submit(groups, base: root)
    return Started(
      groups: groups, submission: submission, folder: folder,
      earlier: busy.jobs)
  }

  /// The jobs of experiments.
  ///
  /// - Parameter writes: whether the shards' folders are made.
  package func groups(
    of work: [Work], writes: Bool = false
  ) throws -> [JobGroup] {
    var groups: [JobGroup] = []
    var upstreams: [String] = []
    for (cell, _, _) in work where !upstreams.contains(cell.upstream) {
      upstreams.append(cell.upstream)
    }
    for upstream in upstreams {
      let own = work.filter { $0.cell.upstream == upstream }
      var after: [Int] = []
      let shards = try shards(of: own, upstream, writes: writes)
      if !shards.isEmpty {
        after = [groups.count]
        groups.append(
          JobGroup(
            name: names.group(upstream) + "-extraction", jobs: shards))
      }
      groups.append(
        JobGroup(
          name: names.group(upstream),
          jobs: own.map { cell, experiment, folder in
            JobScript(
              folder: RunCell.absolute(folder),
              name: names.name(cell, fold: experiment.fold),
              arguments: arguments(RunCell.absolute(folder)))
          }, after: after))
    }
    return groups
  }

  /// Between an upstream's folder and those of its shards.
  private static let extractionName = "extraction"

  /// Whether a job's folder is a shard's.
  static func isShard(_ folder: String) -> Bool {
    folder.split(separator: "/").dropLast().last == extractionName[...]
  }

  private func shards(
    of work: [Work], _ upstream: String, writes: Bool
  ) throws -> [JobScript] {
    // What an upstream gives that is trained is not kept.
    let frozen = work.filter { $0.experiment.fineTuning == nil }
    guard !frozen.isEmpty else { return [] }
    var seen: Set<String> = []
    let experiments = frozen.filter { seen.insert(Self.data(of: $0)).inserted }
      .map { RunCell.absolute($0.folder) }
    return try (0..<settings.shards).map { index in
      let folder = [
        root, RunCell.fileName(upstream), Self.extractionName,
        "\(index + 1)-of-\(settings.shards)",
      ].joined(separator: "/")
      if writes {
        try ExtractionShard(
          index: index, count: settings.shards, experiments: experiments
        ).write(to: folder)
      }
      return JobScript(
        folder: folder,
        name: names.group(upstream)
          + "-extraction-\(index + 1)-of-\(settings.shards)",
        arguments: arguments(folder))
    }
  }

  /// Equal for experiments that ask for the same utterances, as a rule: who
  /// does not have all extracts the rest.
  private static func data(of work: Work) -> String {
    let experiment = work.experiment
    let config = experiment.config.value
    let parts = ["downstream_expert", "runner"].map { section in
      ((try? config.value(at: section)) ?? nil)?
        .removing(["lr_grid"]).json() ?? ""
    }
    return
      ([
        experiment.task.id, experiment.fold ?? "", "\(experiment.feature)",
        "\(experiment.limit ?? 0)",
      ] + parts).joined(separator: "\n")
  }

  private func arguments(_ folder: String) -> [String] {
    var arguments = [
      Job.command, folder, "--stall-timeout",
      "\(plan.request.limits.stallSeconds)",
    ]
    if let bytes = plan.request.memoryBytes {
      arguments += ["--memory-limit", "\(Double(bytes) / 1e9)"]
    }
    if let time = settings.time {
      arguments += ["--time", "\(Int(time.seconds))"]
    }
    return arguments
  }
}
