import Diagnostics
import Foundation
import Records
import Testing

@testable import Training

/// The loop's order is s3prl's: accumulate, clip, update unless the norm is
/// NaN, log, evaluate, save.
@Suite struct TrainerTests {
  @Test func aStepIsAnUpdateFromAsManyBatchesAsAreAccumulated() throws {
    let training = try CountingTraining(
      steps: 3, tags: [1, 2, 3, 4],
      runner: "gradient_clipping: 1000, gradient_accumulate_steps: 3")
    try training.trainer.train()
    #expect(training.trainer.step == 3)
    // Nine batches: two epochs and a batch. Each step takes a mean of three.
    #expect(training.trainer.epoch == 3)
    let gradients: [Float] = [
      (1 + 2 + 3) / 3, (4 + 1 + 2) / 3.0, (3 + 4 + 1) / 3.0,
    ]
    #expect(abs(training.w + gradients.reduce(0, +)) < 1e-5)
    let tags = try training.trace.filter { $0.hasPrefix("forward train") }
    #expect(
      tags.map { $0.suffix(1) } == [
        "1", "2", "3", "4", "1", "2", "3", "4", "1",
      ])
  }

  /// A split that users have renamed, or that they evaluate too.
  @Test func trainingIsToldByItsFlagWhateverTheSplitIsCalled() throws {
    let training = try CountingTraining(
      steps: 3, tags: [1, 2, 3],
      runner: "gradient_clipping: 1000, train_dataloader: dev, "
        + "eval_dataloaders: [dev], eval_step: 3")
    try training.trainer.train()
    #expect(training.w == -6)
    let trace = try training.trace
    #expect(trace.filter { $0.hasPrefix("epoch") } == ["epoch dev 0"])
    // Three batches of training, and the one of evaluation.
    #expect(trace.filter { $0.hasPrefix("forward dev") }.count == 4)
  }

  @Test func gradientsAreClippedToTheirLargestNorm() throws {
    let training = try CountingTraining(
      steps: 2, tags: [100, 50], runner: "gradient_clipping: 1")
    try training.trainer.train()
    // PyTorch's rule: the norm plus 1e-6 divides.
    #expect(abs(training.w + 2) < 1e-4)
    let small = try CountingTraining(
      steps: 1, tags: [1], runner: "gradient_clipping: 4")
    try small.trainer.train()
    #expect(small.w == -1)
  }

  @Test func updateIsSkippedWhereTheNormIsNaN() throws {
    // The tag 0 makes a loss that is no number.
    let training = try CountingTraining(steps: 3, tags: [1, 0, 2])
    try training.trainer.train()
    #expect(training.trainer.step == 3)
    #expect(training.w == -3)
    #expect(training.trainer.warnings.count == 1)
    let log = try training.folder.text("experiment/log.log")
    #expect(log.contains("grad norm is NaN at step 2"))
    let unsound = UnsoundSteps(count: 1, first: 2)
    #expect(training.trainer.progress.unsoundSteps == unsound)
    try training.trainer.checkLosses()
    try training.trainer.checkWeights()
  }

  @Test func aTrainingWithoutAFiniteLossHasNoFigures() throws {
    let training = try CountingTraining(steps: 3, tags: [0])
    try training.trainer.train()
    #expect(training.trainer.progress.unsoundSteps?.count == 3)
    let error = #expect(throws: UserError.self) {
      try training.trainer.checkLosses()
    }
    #expect(error?.what.contains("at any of the 3 steps") == true)
  }

  @Test func weightsThatAreNoNumbersHaveNoFigures() throws {
    let training = try CountingTraining(steps: 1, tags: [1])
    try training.trainer.train()
    let weight = training.trainer.parameters.first { $0.name == "w" }
    try weight?.assign([.infinity])
    let error = #expect(throws: UserError.self) {
      try training.trainer.checkWeights()
    }
    #expect(error?.what.contains("the weight 'w'") == true)
  }

  @Test func scheduleCountsSteps() throws {
    // s3prl advances the schedule after the update: the first has factor 0.
    let training = try CountingTraining(
      steps: 4, tags: [1],
      optimizer: "{name: TorchOptim, torch_optim_name: SGD, lr: 1}\n"
        + "scheduler: {name: linear_schedule_with_warmup, num_warmup_steps: 2}")
    try training.trainer.train()
    // 0, 1/2, 1, 1/2.
    #expect(abs(training.w + 2) < 1e-6)
  }

  @Test func stepsAreLoggedThenEvaluatedThenSaved() throws {
    let training = try CountingTraining(
      steps: 6, tags: [1], dev: [0.1, 0.3, 0.2],
      runner: "gradient_clipping: 1000, log_step: 2, eval_step: 2, "
        + "save_step: 3, eval_dataloaders: [dev, test]")
    try training.trainer.train()
    let calls = try training.trace.filter { !$0.hasPrefix("epoch") }
    let train = "forward train 1"
    func evaluation(_ step: Int) -> [String] {
      [
        "log train \(step)", "forward dev 1", "log dev \(step)",
        "forward test 1", "log test \(step)",
      ]
    }
    #expect(
      calls == [train, train] + evaluation(2) + [train, train]
        + evaluation(4) + [train, train] + evaluation(6))
    // Saved after the evaluation that asked for it, with that step's weight.
    let saved = try training.checkpoints
    #expect(Set(saved.keys) == ["dev-best.ckpt", "states-6.ckpt"])
    #expect(saved["dev-best.ckpt"]?.step == "4")
    #expect(saved["dev-best.ckpt"]?.w == -4)
    #expect(saved["states-6.ckpt"]?.w == -6)
    #expect(training.trainer.best?.split == "dev")
    #expect(training.trainer.best?.file == "dev-best.ckpt")
    #expect(training.trainer.saved["dev-best.ckpt"] == 4)
  }

  @Test func theNewestStatesAreKept() throws {
    let training = try CountingTraining(
      steps: 5, tags: [1], dev: [0],
      runner: "gradient_clipping: 1000, save_step: 1, max_keep: 2")
    try training.trainer.train()
    #expect(
      Set(try training.checkpoints.keys) == ["states-4.ckpt", "states-5.ckpt"])
    #expect(training.trainer.best == nil)
  }

  @Test func scalarsCarryThePrefixTheSplitAndTheStep() throws {
    let training = try CountingTraining(
      steps: 2, tags: [1], dev: [0.25],
      runner: "gradient_clipping: 1000, log_step: 1, eval_step: 2")
    try training.trainer.train()
    let lines = try training.folder.text("experiment/scalars.jsonl")
      .split(separator: "\n").map(String.init)
    #expect(
      lines == [
        #"{"name":"counting/train-acc","step":1,"value":0.5}"#,
        #"{"name":"counting/train-acc","step":2,"value":0.5}"#,
        #"{"name":"counting/dev-acc","step":2,"value":0.25}"#,
      ])
    let log = try training.folder.text("experiment/log.log")
    #expect(log.contains("New best on dev at step 2: 0.25\n"))
  }

  @Test func everyBatchHasItsOwnDropoutAndEvaluationNone() throws {
    let training = try CountingTraining(
      steps: 4, tags: [1], dropout: 0.5,
      runner: "gradient_clipping: 1000, gradient_accumulate_steps: 4, "
        + "eval_step: 4")
    try training.trainer.train()
    let masks = try training.trace.filter { $0.hasPrefix("mask train") }
    #expect(masks.count == 16)
    // Sixteen draws of a byte: a repetition or two may be, no more.
    #expect(Set(masks).count > 11, "\(masks)")
    #expect(
      try training.trace.filter { $0.hasPrefix("mask dev") } == ["mask dev 255"]
    )
  }

  @Test func trainingStopsWhereItIsTold() throws {
    let training = try CountingTraining(steps: 0, tags: [1])
    try training.trainer.train()
    #expect(training.trainer.step == 0)
    #expect(training.w == 0)
  }

  @Test func keysThatTheTaskDoesNotReadAreNamed() throws {
    let training = try CountingTraining(steps: 1, tags: [1])
    #expect(
      training.host.readPaths
        == ["audio", "trace", "dropout", "tags", "tags.0", "dev", "dev.0"])
  }
}
