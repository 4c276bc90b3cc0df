import Cluster
import Diagnostics
import Foundation
import Hosting
import Records
import Runs

/// `--ranks`: a plan worked off by processes that were started together.
struct RankedExecution {
  let plan: RunPlan
  let installation: Installation
  let command: RunCommand
  let benchmark: Benchmark

  /// The exit code of this rank; what became of the cells rank 0 knows.
  func run() throws -> Int32 {
    Interruption.handleSignals()
    let ranks = try Ranks(cache: benchmark.cacheFolder.path + "/mpi")
    do {
      try work(ranks)
    } catch {
      // The others would wait for ever.
      let code =
        error is Interrupted ? ExitCode.interrupted : ExitCode.of(error)
      StandardError.note(
        "rank \(ranks.rank) of \(ranks.size) ends all: "
          + (error is Interrupted ? "it was told to stop" : "\(error)"))
      ranks.abort(code)
      return code
    }
    ranks.end()
    guard ranks.rank == 0 else { return ExitCode.done }
    let failed = plan.cells.count {
      ExperimentResult.read(fromFolder: $0.folder)?.status != .done
    }
    plan.tellWhereResultsAre()
    return failed == 0 ? ExitCode.done : ExitCode.someFailed
  }

  private func work(_ ranks: Ranks) throws {
    let run = RankedRun(
      ranks, limits: plan.request.limits, together: command.cluster.together)
    guard ranks.rank == 0 else {
      return try run.work([], in: "") { note($0, $1, ranks) }
    }
    var settings = try command.cluster.settings(benchmark)
    settings.shards = ranks.size
    // Cores are shared with the ranks on the same host.
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let own = plan.settingThreads(max(1, cores / max(1, ranks.here)))
    let submitter = Submitter(
      place: .local,
      setting: .current(settings, executable: installation.executable))
    let display = RunDisplay(cells: plan.cells.count)
    let started = try ClusterRun(
      own, on: submitter, installation: installation
    ).start { display.show($0) }
    display.finish()
    try run.work(started.groups, in: started.folder) {
      note($0, $1, ranks)
    }
  }

  private func note(_ folder: String, _ code: Int32, _ ranks: Ranks) {
    StandardError.note(
      "rank \(ranks.rank): "
        + RunRecord.below(RunCell.absolute(plan.root), folder)
        + (code == ExitCode.done ? " done" : " failed, exit code \(code)"))
  }
}
