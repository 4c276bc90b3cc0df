import Foundation
import TestSupport
import Testing

@testable import Hosting
@testable import Records
@testable import Training

/// What `runner` says of stopping, keeping and leaving out.
@Suite struct MonitoringTests {
  private static let often =
    "gradient_clipping: 1000, log_step: 1, eval_step: 1, save_step: 100, "

  private func trained(
    steps: Int = 8, tags: [Int] = [1], dev: [Double], _ runner: String,
    in folder: TemporaryFolder? = nil
  ) throws -> CountingTraining {
    let training = try CountingTraining(
      steps: steps, tags: tags, dev: dev, runner: Self.often + runner,
      in: folder)
    try training.trainer.train()
    return training
  }

  @Test func trainingEndsWhenPatienceDoes() throws {
    let training = try trained(
      dev: [0.1, 0.5, 0.4, 0.5, 0.9],
      "early_stopping: {metric: acc, patience: 2}")
    // Best at 2; 3 and 4 are no better: as good is not better.
    #expect(training.trainer.step == 4)
    #expect(training.trainer.progress.stopping.stoppedAt == 4)
    #expect(training.w == -4)
    let log = try training.folder.text("experiment/log.log")
    #expect(log.contains("stopping at step 4"))
  }

  @Test func thresholdIsRelativeOrAbsolute() throws {
    // Each is better by 0.1: 10 % of the first and less of the later ones.
    let dev = [1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7]
    let relative = try trained(
      dev: dev, "early_stopping: {patience: 2, threshold: 0.25}")
    // 1.25 is beaten at step 4, and 1.625 at step 8 only.
    #expect(relative.trainer.step == 3)
    let absolute = try trained(
      dev: dev,
      "early_stopping: {patience: 3, threshold: 0.25, mode: absolute}")
    #expect(absolute.trainer.progress.stopping.stoppedAt == nil)
    #expect(absolute.trainer.step == 8)
  }

  @Test func stoppedTrainingStaysStoppedWhenItIsContinued() throws {
    let runner = "early_stopping: {patience: 1}, save_step: 1"
    let first = try CountingTraining(
      steps: 8, tags: [1], dev: [0.5],
      runner: "gradient_clipping: 1000, log_step: 1, eval_step: 1, " + runner)
    try first.trainer.train()
    #expect(first.trainer.step == 2)
    let second = try CountingTraining(
      steps: 8, tags: [1], dev: [0.9],
      runner: "gradient_clipping: 1000, log_step: 1, eval_step: 1, " + runner,
      in: first.folder)
    let checkpoint = try #require(
      second.trainer.folder.checkpoints.furthest())
    try second.trainer.resume(from: checkpoint)
    try second.trainer.train()
    #expect(second.trainer.step == 2)
  }

  @Test func bestCheckpointsAreKeptAndOvertakenOnesRemoved() throws {
    let training = try trained(
      steps: 5, dev: [0.3, 0.1, 0.4, 0.4, 0.2],
      "best_checkpoints: [{metric: acc, keep: 2, average: true}]")
    let names = try training.checkpoints.keys.filter { $0.hasPrefix("best-") }
    // Of the equal ones the earlier is the better.
    #expect(
      Set(names) == ["best-dev-acc-3.ckpt", "best-dev-acc-4.ckpt"])
    #expect(
      training.trainer.progress.kept["best-dev-acc"]?.map(\.step) == [3, 4])
    try training.trainer.loadAverage(
      of: try #require(training.trainer.settings.bestCheckpoints.first),
      in: training.folder.path + "/experiment")
    #expect(training.w == -3.5)
    // What evaluations have found is no part of the mean: dev finds it anew.
    #expect(training.found == 0.3)
    #expect(try training.trace.filter { $0.hasPrefix("log dev") }.count == 6)
  }

  @Test func figuresOfTheCheckpointThatCountsAreThoseOfItsStep() throws {
    let training = try trained(
      steps: 4, dev: [0.1, 0.5, 0.4, 0.2], "max_keep: 1")
    // The second evaluation was the best, whatever later ones were good for.
    #expect(training.trainer.progress.figures == ["dev-acc": 0.5])
    try training.trainer.forgetEvaluations()
    #expect(training.trainer.best == nil)
    #expect(training.trainer.folder.best.isEmpty)
    #expect(training.found == 0)
    // The state at hand is evaluated once more.
    #expect(!training.trainer.isOver)
    try training.trainer.train()
    #expect(training.w == -4)
    #expect(try training.trace.filter { $0.hasPrefix("log dev") }.count == 5)
  }

  @Test func failingBatchIsLeftOutAndRecorded() throws {
    let training = try trained(
      steps: 4, tags: [1, 99, 2], dev: [0.5], "ignore_exceptions: 5")
    // 1, 2, then again: what fails takes part in no step.
    #expect(training.w == -6)
    #expect(
      training.trainer.progress.skipped == [
        SkippedBatch(step: 2, reason: "bad batch"),
        SkippedBatch(step: 4, reason: "bad batch"),
      ])
    #expect(training.trainer.warnings.count == 1)
    let log = try training.folder.text("experiment/log.log")
    #expect(log.contains("batch left out of step 2: bad batch"))
  }

  @Test func failingBatchEndsTrainingUnlessItMayBeLeftOut() throws {
    #expect(throws: TaskFailure.self) {
      try trained(tags: [1, 99], dev: [0.5], "ignore_exceptions: 0")
    }
    // No more than were allowed.
    #expect(throws: TaskFailure.self) {
      try trained(steps: 4, tags: [1, 99], dev: [0.5], "ignore_exceptions: 2")
    }
  }

  @Test func accumulatedGradientsGoWithABatchThatFails() throws {
    let training = try trained(
      steps: 1, tags: [4, 99, 1, 3], dev: [0.5],
      "ignore_exceptions: 1, gradient_accumulate_steps: 2")
    #expect(training.w == -2)
  }

  @Test func failedBatchesOfEvaluationAreLeftOutAndCountedOnce() throws {
    // The first batch is that of dev, too.
    let training = try trained(
      steps: 3, tags: [99, 1, 2], dev: [0.5], "ignore_exceptions: 4")
    let progress = training.trainer.progress
    #expect(
      progress.skipped.filter { $0.split != nil } == [
        SkippedBatch(step: 1, reason: "bad batch", split: "dev")
      ])
    #expect(progress.skipped.filter { $0.split == nil }.count == 2)
    #expect(progress.warnings.contains { $0.contains("batches of dev") })
    let log = try training.folder.text("experiment/log.log")
    #expect(log.contains("batch left out of dev: bad batch"))
    #expect(throws: (any Error).self) {
      try trained(
        steps: 3, tags: [99, 1, 2], dev: [0.5], "ignore_exceptions: 1")
    }
  }

  @Test func dryRunReadsDataAndNothingElse() throws {
    let training = try trained(
      steps: 3, tags: [1, 2], dev: [0.5], "dry_run: true")
    #expect(training.w == 0)
    #expect(training.trainer.step == 3)
    #expect(
      try training.trace.filter { !$0.hasPrefix("epoch") }.isEmpty)
    #expect(training.trainer.times.data > 0)
    #expect(training.trainer.times.forward == 0)
  }

  @Test func withoutOptimizerTheHeadStaysAsItBegan() throws {
    let training = try trained(steps: 3, dev: [0.5], "no_optim: true")
    #expect(training.w == 0)
    #expect(
      try training.trace.filter { $0.hasPrefix("forward train") }.count == 3)
    #expect(try training.trace.contains { $0.hasPrefix("log dev") })
    #expect(training.trainer.times.backward == 0)
  }

  @Test func timeIsSplitIntoItsParts() throws {
    let training = try trained(dev: [0.5], "max_keep: 1")
    let times = training.trainer.times
    for part in [times.data, times.forward, times.backward, times.update] {
      #expect(part > 0)
    }
    let sum = times.data + times.forward + times.backward + times.update
    #expect(sum <= training.trainer.trainingSeconds)
  }

  @Test(arguments: [
    "early_stopping: {patience: 0}", "early_stopping: {threshold: 1}",
    "early_stopping: {patience: 1, split: elsewhere}",
    "early_stopping: {patience: 1, mode: wrong}",
    "early_stopping: {patience: 1, treshold: 1}",
    "best_checkpoints: [{keep: 1}]", "best_checkpoints: [{metric: a, keep: 0}]",
    "best_checkpoints: [{metric: a, split: elsewhere}]",
    "ignore_exceptions: -1", "dry_run: true, no_optim: true",
    "lr_grid: [0]", "lr_grid: []", "lr_grid: [0.1, 0.1]", "lr_grid: [-1]",
  ]) func mistakesAreTheUsers(_ runner: String) throws {
    let root = try Samples.yaml("runner: {total_steps: 5, \(runner)}")
    #expect(throws: (any Error).self) { try RunnerSettings(root) }
  }
}
