import Foundation
import TestSupport
import Testing

@testable import Records
@testable import Training

@Suite struct ResumingTests {
  private static let runner =
    "gradient_clipping: 1000, log_step: 1, eval_step: 4, save_step: 2, "
    + "max_keep: 1, gradient_accumulate_steps: 2"
  private static let adam = "{name: Adam, lr: 0.1}"

  private func training(
    steps: Int, in folder: TemporaryFolder? = nil
  ) throws -> CountingTraining {
    try CountingTraining(
      steps: steps, tags: [1, -2, 3, 5, 7], dropout: 0.5,
      runner: Self.runner, in: folder, optimizer: Self.adam)
  }

  /// Trains to `steps`, from where the folder's checkpoints stand.
  private func continued(
    to steps: Int, in folder: TemporaryFolder
  ) throws -> CountingTraining {
    let training = try training(steps: steps, in: folder)
    let checkpoint = try #require(
      training.trainer.folder.checkpoints.furthest())
    try training.trainer.resume(from: checkpoint)
    try training.trainer.train()
    return training
  }

  @Test(arguments: [2, 4, 6]) func continuedTrainingIsTheSameTraining(
    cut: Int
  ) throws {
    let whole = try training(steps: 9)
    try whole.trainer.train()
    let first = try training(steps: cut)
    try first.trainer.train()
    let second = try continued(to: 9, in: first.folder)
    #expect(second.w == whole.w)
    #expect(second.trainer.stepsHere == 9 - cut)
    let scalars = "experiment/scalars.jsonl"
    #expect(try second.folder.text(scalars) == whole.folder.text(scalars))
    // The same batches in the same order with the same dropout, none twice.
    func steps(_ training: CountingTraining) throws -> [String] {
      try training.trace.filter {
        $0.hasPrefix("forward train") || $0.hasPrefix("mask train")
      }
    }
    #expect(try steps(second) == steps(whole))
  }

  @Test func scalarsAfterTheCheckpointAreTakenBack() throws {
    let first = try training(steps: 6)
    try first.trainer.train()
    let scalars = "experiment/scalars.jsonl"
    let before = try first.folder.text(scalars)
    try first.trainer.folder.record(
      SplitRecords(metrics: [("acc", 0.125)]), split: "dev", step: 7,
      expert: first.trainer.expert)
    #expect(try first.folder.text(scalars) != before)
    _ = try continued(to: 6, in: first.folder)
    #expect(try first.folder.text(scalars) == before)
  }

  @Test func damagedCheckpointIsPassedOverWithALineThatSaysSo() throws {
    let whole = try training(steps: 9)
    try whole.trainer.train()
    let first = try training(steps: 4)
    try first.trainer.train()
    let folder = first.folder.path + "/experiment"
    // The newest state goes by two names of one file: each gets a copy of
    // its own, or the second change would undo the first.
    for name in ["resume/current.ckpt", "states-4.ckpt"] {
      let path = folder + "/" + name
      var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      bytes[bytes.count - 1] ^= 1
      try bytes.write(to: URL(fileURLWithPath: path), options: .atomic)
    }
    let second = try continued(to: 9, in: first.folder)
    #expect(second.w == whole.w)
    let log = try first.folder.text("experiment/log.log")
    #expect(log.contains("the checkpoint is damaged"))
    #expect(log.contains("continuing from step 2"))
  }

  @Test func everyByteOfACheckpointIsLookedAt() throws {
    let first = try training(steps: 2)
    try first.trainer.train()
    let path = first.folder.path + "/experiment/states-2.ckpt"
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    let copy = first.folder.path + "/copy.ckpt"
    var unnoticed: [Int] = []
    for index in whole.indices {
      var bytes = whole
      bytes[index] ^= 4
      try bytes.write(to: URL(fileURLWithPath: copy))
      if (try? StoredCheckpoint(path: copy)) != nil { unnoticed.append(index) }
    }
    // Padding after the header may differ by a tab; nothing else may.
    #expect(
      unnoticed.allSatisfy { whole[$0] == 0x20 }, "\(unnoticed)")
    for length in stride(from: 0, to: whole.count, by: 37) {
      try whole.prefix(length).write(to: URL(fileURLWithPath: copy))
      #expect(throws: (any Error).self) { try StoredCheckpoint(path: copy) }
    }
  }

  @Test func checkpointOfAnotherModelIsRefused() throws {
    let first = try training(steps: 2)
    try first.trainer.train()
    let other = try training(steps: 2)
    let path = first.folder.path + "/experiment/states-2.ckpt"
    let checkpoint = try StoredCheckpoint(path: path)
    _ = try other.engine.parameter(name: "more", shape: [2])
    #expect(throws: (any Error).self) {
      try checkpoint.restore(other.trainer.parameters)
    }
  }

  @Test func theStateBeforeIsKeptAndRubbishOfAKillIsRemoved() throws {
    let first = try training(steps: 4)
    try first.trainer.train()
    let folder = first.folder.path + "/experiment"
    let steps = ["current", "previous"].map {
      StoredCheckpoint.step(of: "\(folder)/resume/\($0).ckpt")
    }
    #expect(steps == [4, 4] || steps == [4, 2], "\(steps)")
    for name in ["resume/new.ckpt", "states-9.ckpt.0123.partial"] {
      try Data("half".utf8).write(
        to: URL(fileURLWithPath: folder + "/" + name))
    }
    _ = try training(steps: 4, in: first.folder)
    let left = try FileManager.default.subpathsOfDirectory(atPath: folder)
    #expect(!left.contains { $0.hasSuffix(".partial") })
    #expect(!left.contains { $0.hasSuffix("new.ckpt") })
  }
}
