import Foundation
import Runs
import Testing

/// `superb status` of folders in every state that a run leaves them in.
@Suite struct StatusCommandTests {
  private func statuses(
    _ folder: BenchmarkFolder, _ arguments: String...
  ) throws -> (exitCode: Int32?, runs: [RunStatus]) {
    let outcome = try folder.superb(["status", "--json"] + arguments)
    // A run that has only just begun has not said so yet.
    guard outcome.exitCode != 2 else { return (2, []) }
    return (
      outcome.exitCode,
      try JSONDecoder().decode(
        [RunStatus].self, from: Data(outcome.output.utf8))
    )
  }

  @Test func finishedRunShowsItsFiguresAndWhatTheyTook() throws {
    let folder = try BenchmarkFolder()
    #expect(try folder.superb("run").exitCode == 0)
    let (exitCode, runs) = try statuses(folder)
    #expect(exitCode == 0)
    let run = try #require(runs.first)
    #expect(runs.count == 1)
    #expect(!run.isRunning)
    #expect(run.experiments.map(\.upstream) == ["fbank", "fbank_no_cmvn"])
    for experiment in run.experiments {
      let result = try folder.result(experiment.upstream)
      #expect(experiment.state == .done)
      #expect(experiment.metric == result.primaryMetric)
      #expect(experiment.wallSeconds == result.cost.wallSeconds)
    }
    let shown = try folder.superb("status", "runs")
    #expect(shown.exitCode == 0)
    #expect(shown.output.contains("2 done"))
    #expect(!shown.output.contains("goes on"))
  }

  @Test func failedCellIsShownWithItsReason() throws {
    let folder = try BenchmarkFolder()
    let run = try folder.superb(
      "run", "-u", "fbank", "-o",
      "config.downstream_expert.datarc.batch_size=-1")
    #expect(run.exitCode == 1, "\(run.errors)")
    let (exitCode, runs) = try statuses(folder)
    #expect(exitCode == 1)
    let experiment = try #require(runs.first?.experiments.first)
    #expect(experiment.state == .failed)
    #expect(
      experiment.reason == (try folder.result("fbank").failure?.reason))
    #expect(try folder.superb("status").output.contains("failed: "))
  }

  @Test func runUnderWayIsShownAndOneThatWasKilledIsInterrupted() throws {
    let folder = try BenchmarkFolder()
    try TaskSources.holding.write(to: folder)
    let hold = folder.path + "/hold"
    try folder.write("hold", "")
    folder.setEnvironment("SUPERB_TEST_HOLD", hold)
    let run = try folder.start(
      "run", "-d", "holding,ks", "-u", "fbank_no_cmvn", "--plugin-path",
      folder.path + "/Plugins", "-o", "config.runner.total_steps=100")
    let isTraining = try eventually {
      try statuses(folder).runs.first?.experiments.first?.phase == "training"
    }
    #expect(isTraining, "\(run.errors)")
    let status = try #require(try statuses(folder, "runs/demo").runs.first)
    #expect(status.isRunning)
    let training = try #require(status.experiments.first)
    #expect(training.state == .running)
    #expect(training.total == 100)
    #expect(try #require(training.done) < 100)
    #expect(status.experiments.map(\.state) == [.running, .waiting])
    let shown = try folder.superb("status").output
    #expect(shown.contains("training, step "), "\(shown)")

    run.send(SIGKILL)
    _ = run.outcome()
    let after = try #require(try statuses(folder).runs.first)
    #expect(!after.isRunning)
    #expect(after.experiments.map(\.state) == [.interrupted, .waiting])
    let text = try folder.superb("status")
    #expect(text.exitCode == 0)
    #expect(text.output.contains("interrupted while training"))
    #expect(text.output.contains("goes on"))
  }

  @Test func folderWithoutARunIsTheUsersMistake() throws {
    let folder = try BenchmarkFolder()
    let outcome = try folder.superb("status", folder.path)
    #expect(outcome.exitCode == 2)
    #expect(outcome.errors.contains("there is no run here"))
  }
}
