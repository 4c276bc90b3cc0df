import Cluster
import Diagnostics
import Foundation
import Hosting
import Records
import Runs

/// `--on`: a plan as jobs, queued or worked off here.
struct ClusterExecution {
  let plan: RunPlan
  let installation: Installation
  let command: RunCommand
  let place: ClusterPlace
  let settings: ClusterSettings

  /// The exit code: 0 once it is queued, as `superb run` gives it where there
  /// is no queue.
  func run() throws -> Int32 {
    let setting = JobSetting.current(
      settings, executable: installation.executable)
    // The scripts of a trial are those that would be queued.
    let isHere = command.cluster.local || place != .slurm
    let submitter = Submitter(
      place: command.cluster.local ? .local : place, setting: setting,
      parallel: plan.request.jobs)
    let run = try ClusterRun(plan, on: submitter, installation: installation)
    if command.dryRun {
      let shown = Submitter(place: place, setting: setting)
      return try ClusterDisplay(
        plan: plan, submitter: shown, settings: settings
      )
      .show(
        try ClusterRun(plan, on: shown, installation: installation),
        nodes: command.cluster.nodes, installation: installation)
    }
    if isHere { Interruption.handleSignals() }
    let display = RunDisplay(cells: plan.cells.count)
    let started = try run.start(onlyFirst: command.cluster.local) {
      display.show($0)
    }
    display.finish()
    guard let submission = started.submission else {
      StandardError.note(
        started.earlier.isEmpty
          ? "there is nothing to queue; superb report shows it"
          : "jobs have all that is missing; superb status shows it")
      return ExitCode.done
    }
    if !started.earlier.isEmpty {
      StandardError.note(
        "left as they are: \(started.earlier.count) that jobs have already")
    }
    return isHere ? try workOff(started) : tell(submission)
  }

  private func tell(_ submission: Submission) -> Int32 {
    for array in submission.arrays {
      StandardError.note(
        "queued \(array.job ?? ""): \(array.name), \(array.folders.count) job"
          + (array.folders.count == 1 ? "" : "s"))
    }
    StandardError.note(
      "superb status says how far they are, superb cancel takes them back")
    if submission.arrays.reduce(0, { $0 + $1.folders.count }) > 50 {
      StandardError.note(
        "did the first of them run here? --local tries it by the same script")
    }
    return ExitCode.done
  }

  private func workOff(_ started: ClusterRun.Started) throws -> Int32 {
    let here = JobsHere(
      place: command.cluster.local ? .local : place,
      parallel: plan.request.jobs)
    do {
      try here.run(started.groups) { job, code in
        StandardError.note("\(job.name): \(Self.text(code)), in \(job.folder)")
      }
    } catch is Interrupted {
      StandardError.note(
        "interrupted; the same command again continues where it stopped")
      return ExitCode.interrupted
    }
    let folders = Set(
      started.groups.flatMap(\.jobs).map(\.folder))
    let cells = plan.cells.filter { cell in
      cell.failure != nil
        || cell.experiments.contains {
          folders.contains(RunCell.absolute($0.folder))
        }
    }
    let failed = cells.count {
      ExperimentResult.read(fromFolder: $0.folder)?.status != .done
    }
    if command.cluster.local {
      StandardError.note(
        failed == 0
          ? "the first cell runs; the same command without --local goes on"
          : "the first cell has failed: look at job.err in its folder")
    } else {
      plan.tellWhereResultsAre()
    }
    return failed == 0 ? ExitCode.done : ExitCode.someFailed
  }

  private static func text(_ code: Int32) -> String {
    switch code {
    case ExitCode.done: "done"
    case ExitCode.interrupted: "interrupted"
    default: "failed, exit code \(code)"
    }
  }
}
