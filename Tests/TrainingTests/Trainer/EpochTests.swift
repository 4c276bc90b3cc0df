import Foundation
import TestSupport
import Testing

@testable import Records
@testable import Training

/// Training that is counted in epochs, averaged, and continued.
@Suite struct EpochTests {
  private func steps(_ training: CountingTraining, of split: String) throws
    -> [Int]
  {
    try training.folder.text("experiment/scalars.jsonl")
      .split(separator: "\n").filter { $0.contains("/\(split)-acc\"") }
      .compactMap { line in
        line.components(separatedBy: "\"step\":").last?.split(separator: ",")
          .first.flatMap { Int($0) }
      }
  }

  @Test func epochsEndTrainingAndAreEvaluated() throws {
    let training = try CountingTraining(
      steps: nil, tags: [1, 2, 3],
      runner:
        "gradient_clipping: 1000, num_epochs: 3, eval_epochs: 1, log_step: -1, "
        + "save_epochs: 3")
    try training.trainer.train()
    #expect(training.trainer.step == 9)
    #expect(training.w == -18)
    #expect(try steps(training, of: "dev") == [3, 6, 9])
    #expect(try training.checkpoints["states-9.ckpt"]?.step == "9")
  }

  @Test func trainingBeginsWithTheEpochThatIsAskedFor() throws {
    let training = try CountingTraining(
      steps: 1, tags: [1, 2, 3],
      runner: "gradient_clipping: 1000, start_epoch: 4")
    try training.trainer.train()
    #expect(try training.trace.contains("epoch train 4"))
    #expect(training.trainer.epoch == 5)
  }

  @Test func bestByTrainingAndByTheOtherModeAreKept() throws {
    let training = try CountingTraining(
      steps: 4, tags: [1], dev: [0.3, 0.1, 0.4, 0.2],
      runner:
        "gradient_clipping: 1000, log_step: 1, eval_step: 1, save_step: 9, "
        + "best_checkpoints: [{metric: acc, mode: min}]")
    try training.trainer.train()
    #expect(
      training.trainer.progress.kept["best-dev-acc-min"]?.map(\.step) == [2])
    #expect(try training.checkpoints["best-dev-acc-min-2.ckpt"]?.w == -2)
  }

  private static let averaged =
    "gradient_clipping: 1000, log_step: 1, eval_step: 2, save_step: 2, "
    + "max_keep: 1, ema: 0.5"

  @Test func averageIsEvaluatedBesideTheWeights() throws {
    let training = try CountingTraining(
      steps: 4, tags: [1], dev: [0.5], runner: Self.averaged)
    try training.trainer.train()
    // Of -1 … -4, each half of what the next counts.
    let mean: Float = -(1 + 2 * 2 + 4 * 3 + 8 * 4) / 15
    let average = try #require(training.trainer.average?.values["w"]?.first)
    #expect(abs(average - mean) < 1e-5)
    #expect(training.w == -4)
    #expect(try steps(training, of: "dev-ema") == [2, 4])
    // What it has found is no best of the weights'.
    #expect(training.trainer.folder.best["dev-ema-acc"] == nil)
    try training.trainer.useAverage()
    #expect(abs(training.w - mean) < 1e-5)
  }

  @Test func averageGoesOnFromACheckpointToTheSameBits() throws {
    let whole = try CountingTraining(
      steps: 6, tags: [1, -2, 3], runner: Self.averaged)
    try whole.trainer.train()
    let first = try CountingTraining(
      steps: 2, tags: [1, -2, 3], runner: Self.averaged)
    try first.trainer.train()
    let second = try CountingTraining(
      steps: 6, tags: [1, -2, 3], runner: Self.averaged, in: first.folder)
    try second.trainer.resume(
      from: try #require(second.trainer.folder.checkpoints.furthest()))
    try second.trainer.train()
    #expect(second.w == whole.w)
    #expect(
      second.trainer.average?.values["w"] == whole.trainer.average?.values["w"])
    #expect(
      try second.folder.text("experiment/scalars.jsonl")
        == whole.folder.text("experiment/scalars.jsonl"))
    // No parameter of its own.
    let stored = try #require(second.trainer.folder.checkpoints.furthest())
    #expect(!stored.parameters.contains { $0.name.contains("ema") })
  }

  @Test func groupsHaveRatesOfTheirOwn() throws {
    let sgd = "name: TorchOptim, torch_optim_name: SGD, lr: 1"
    let training = try CountingTraining(
      steps: 2, tags: [1],
      optimizer: "{\(sgd), groups: [{parameters: 'w*', factor: 0.25}]}")
    try training.trainer.train()
    #expect(training.w == -0.5)
    let own = try CountingTraining(
      steps: 2, tags: [1],
      optimizer: """
        {\(sgd), groups: [{parameters: w, optimizer: {name: TorchOptim, \
        torch_optim_name: SGD, lr: 3}}]}
        """)
    try own.trainer.train()
    #expect(own.w == -6)
  }
}
