import Cluster
import Diagnostics
import Foundation
import Hosting
import Records
import Runs

/// `--on … --dry-run`: the scripts that would be queued, and what they would
/// take.
struct ClusterDisplay {
  let plan: RunPlan
  let submitter: Submitter
  let settings: ClusterSettings

  /// - Returns: the exit code: 1 if a cell cannot run.
  func show(
    _ run: ClusterRun, nodes: Int?, installation: Installation
  ) throws -> Int32 {
    let work = plan.cells.flatMap { cell in
      cell.experiments.map { (cell, $0.experiment, $0.folder) }
    }
    let groups = try submitter.sized(try run.groups(of: work))
    showScripts(groups)
    let isTerminal = StandardError.isTerminal
    let most = groups.map(\.jobs.count).reduce(0, +)
    let forecast = ClusterForecast(
      plan, settings: settings, nodes: nodes ?? settings.parallel ?? most,
      installation: installation
    ) { done, total in
      guard isTerminal else { return }
      StandardError.draw(done < total ? "measuring \(done)/\(total)" : "")
    }
    showForecast(forecast, nodes: nodes)
    return forecast.rows.contains {
      if case .fails = $0.outlook { true } else { false }
    } ? ExitCode.someFailed : ExitCode.done
  }

  /// One of each kind: the others differ in names alone.
  private func showScripts(_ groups: [JobGroup]) {
    for (number, group) in groups.enumerated() {
      let after = group.after.map { "\($0 + 1)" }.joined(separator: ", ")
      print(
        "array \(number + 1), \(group.name): \(group.jobs.count) job"
          + (group.jobs.count == 1 ? "" : "s")
          + (after.isEmpty ? "" : ", after array \(after)"))
    }
    print()
    if submitter.place == .slurm, let group = groups.last {
      print("# what sbatch takes of \(group.name)")
      print(
        submitter.arrayText(
          group, groups.count - 1, base: RunCell.absolute(plan.root)))
    }
    if let job = groups.last?.jobs.first {
      print("# \(job.path)")
      print(job.text(submitter.setting))
    }
  }

  private func showForecast(_ forecast: ClusterForecast, nodes: Int?) {
    Console.printTable(
      [
        [
          "upstream", "task", "cells", "jobs", "time of each", "extraction",
          "reads of a cell", "memory",
        ]
      ] + forecast.rows.map(row))
    let time = Duration.shown(seconds: forecast.wallSeconds)
    print(
      """
      \(forecast.jobs) jobs, \(Duration.shown(seconds: forecast.seconds)) of \
      work, about \(time) from the first to the last\
      \(nodes.map { " with \($0) at a time" } ?? " if all run at a time"), \
      \(ByteCount.shown(forecast.diskBytes)) of disk, \
      \(ByteCount.shown(forecast.bytesRead)) read from the shared store
      """)
    print("measured here, with \(settings.cpus) of this machine's cores a job")
    if let limit = settings.time, forecast.longestSeconds > limit.seconds {
      let times = Int((forecast.longestSeconds / limit.seconds).rounded(.up))
      print(
        "the longest job takes about \(times) times its \(limit.text): "
          + (settings.requeues
            ? "it is queued anew each time and goes on"
            : "superb run has to be given again each time"))
    }
  }

  private func row(_ row: ClusterForecast.Row) -> [String] {
    let name = [row.upstream, row.task, "\(row.cells)", "\(row.jobs)"]
    switch row.outlook {
    case .done: return name + ["done", "", "", ""]
    case .fails(let reason):
      return name + ["", "", "", "cannot run: \(reason.firstLine)"]
    case .needs(let forecast):
      return name + [
        Duration.shown(seconds: row.secondsEach),
        Duration.shown(seconds: forecast.extractionSeconds),
        ByteCount.shown(row.bytesRead), ByteCount.shown(forecast.memoryBytes),
      ]
    }
  }
}
