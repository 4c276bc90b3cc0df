import Cluster
import Diagnostics
import Foundation
import Hosting
import Runs
import Training

/// Works a plan off, with a display, and says how it went.
struct RunExecution {
  let plan: RunPlan
  let installation: Installation
  /// With everything set that was said of its options.
  let command: RunCommand
  let benchmark: Benchmark

  /// The exit code: 0 if every cell has a number, or is queued; 1 if some
  /// failed, 75 if interrupted.
  func run() throws -> Int32 {
    if let place = try command.cluster.place {
      tellOfCode()
      return try ClusterExecution(
        plan: plan, installation: installation, command: command,
        place: place,
        settings: command.cluster.settings(benchmark, installation)
      ).run()
    }
    if command.dryRun {
      let isFit = PlanDisplay.show(plan, installation: installation)
      return isFit ? ExitCode.done : ExitCode.someFailed
    }
    if command.cluster.ranks {
      return try RankedExecution(
        plan: plan, installation: installation, command: command,
        benchmark: benchmark
      ).run()
    }
    try BusyCells(plan).refuse()
    return try runHere()
  }

  /// Says that a file which nobody has named decides what jobs run.
  private func tellOfCode() {
    guard command.shared.benchmark == nil,
      let section = try? benchmark.cluster?.map(at: "")
    else { return }
    let code = section.keys.filter {
      ["setup", "modules", "container", "program"].contains($0)
    }
    if code.isEmpty { return }
    StandardError.note(
      "\(Benchmark.standardFile) here says what jobs run: "
        + code.joined(separator: ", "))
  }

  private func runHere() throws -> Int32 {
    Interruption.handleSignals()
    let retries = command.retry ?? 0
    let named = NamedThings()
    for cell in plan.cells {
      for (experiment, _) in cell.experiments { named.note(experiment) }
    }
    var code = try once(plan)
    var plan = plan
    for attempt in 0..<retries where code == ExitCode.someFailed {
      StandardError.note(
        "some cells failed; trying these again, \(attempt + 1) of \(retries)")
      // What was begun anew once goes on from there.
      plan = plan.continuing
      code = try once(plan)
    }
    if code == ExitCode.interrupted {
      StandardError.note(
        "interrupted; the same command again continues where it stopped")
      return code
    }
    if code == ExitCode.someFailed {
      StandardError.note(
        "some cells failed; the same command again runs these alone, from"
          + " their last checkpoints, or anew with --fresh")
    }
    plan.tellWhereResultsAre()
    return code
  }

  private func once(_ plan: RunPlan) throws -> Int32 {
    let display = RunDisplay(cells: plan.cells.count)
    defer { display.finish() }
    return try Run(plan, installation: installation) { display.show($0) }.run()
  }
}
