import Configuration
import Diagnostics
import TestSupport
import Testing

@testable import Records

/// What is counted in updates, and in epochs.
@Suite struct StepIntervalTests {
  private func settings(_ runner: String) throws -> RunnerSettings {
    try RunnerSettings(Samples.yaml("runner: {\(runner)}"))
  }

  private func due(_ interval: StepInterval, to last: Int) -> [Int] {
    (1...last).filter { interval.isDue(at: $0) }
  }

  @Test func updatesAreAsFarApartAsTheySay() {
    #expect(due(4, to: 12) == [4, 8, 12])
    #expect(StepInterval(4).count(by: 11) == 2)
    #expect(
      (0...8).map { StepInterval(4).left(after: $0) }
        == [4, 3, 2, 1, 4, 3, 2, 1, 4])
    #expect(due(.never, to: 1000) == [])
    #expect(StepInterval.never.left(after: 7) == .max)
  }

  @Test func anEpochIsOverWithTheFirstUpdateThatEndsNoEarlier() throws {
    // 5 batches an epoch, 2 an update: epochs end with batches 5, 10, 15.
    let settings = try settings(
      """
      num_epochs: 3, eval_epochs: 1, save_epochs: 2, log_step: -2,
      gradient_accumulate_steps: 2
      """
    ).counted(batches: 5)
    #expect(settings.totalSteps == 8)
    #expect(due(settings.evalStep, to: 8) == [3, 5, 8])
    #expect(due(settings.saveStep, to: 8) == [5])
    #expect(due(settings.logStep, to: 8) == [2, 3, 4, 5, 7, 8])
    for step in 0..<8 {
      let next = try #require(
        (step + 1...10).first { settings.evalStep.isDue(at: $0) })
      #expect(settings.evalStep.left(after: step) == next - step)
    }
  }

  @Test func epochsBeforeTheFirstAreNotTrained() throws {
    let settings = try settings("num_epochs: 5, start_epoch: 2")
      .counted(batches: 7)
    #expect(settings.totalSteps == 21)
    #expect(settings.startEpoch == 2)
  }

  @Test func splitsAreEvaluatedAsOftenAsTheySay() throws {
    let settings = try settings(
      """
      total_steps: 9, eval_step: 2, eval_dataloaders: [dev, test],
      eval_every: {test: 2}
      """)
    #expect(settings.evaluates("dev", at: 2))
    #expect(!settings.evaluates("test", at: 2))
    #expect(settings.evaluates("test", at: 4))
  }

  @Test(arguments: [
    "num_epochs: 0", "num_epochs: 2, total_steps: 3",
    "total_steps: 3, eval_epochs: 1, eval_step: 2",
    "total_steps: 3, log_step: 0",
    "total_steps: 3, eval_every: {test: 2}", "total_steps: 3, ema: 1",
    "total_steps: 3, ema: {every: 2}", "total_steps: 3, ema: {decai: 0.9}",
    "total_steps: 3, grad_norm_type: 0", "total_steps: 3, grad_norm_type: l1",
    "total_steps: 3, best_checkpoints: [{metric: a, mode: most}]",
    "total_steps: 3, start_epoch: -1", "total_steps: 3, predictions_every: -1",
    "eval_epochs: 1",
  ]) func mistakesAreTheUsers(_ runner: String) {
    #expect(throws: UserError.self) { try settings(runner) }
  }

  @Test func aTrainingOfTooManyEpochsIsRefused() throws {
    let settings = try settings("num_epochs: 1000000")
    #expect(throws: UserError.self) { try settings.counted(batches: 1 << 20) }
  }
}
