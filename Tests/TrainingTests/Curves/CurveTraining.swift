import Configuration
import Foundation
import Speech
import TaskKit
import Tensors
import TestSupport

@testable import Hosting
@testable import Training

/// One head in training by the real loop, from weights that are draws.
final class CurveTraining {
  static let updates = 50

  private let folder: TemporaryFolder
  /// Its files are read as long as there is training.
  private let corpora: CurveCorpora
  private let split: String
  private let trainer: Trainer

  /// - Parameters:
  ///   - split: what to train on: one whose batches have a fixed order, where
  ///     the task has one.
  ///   - overlay: laid over the task's own configuration.
  init(
    _ type: any DownstreamExpert.Type, corpora: CurveCorpora, split: String,
    overlay: String
  ) throws {
    self.split = split
    self.corpora = corpora
    folder = try TemporaryFolder()
    let id = type.descriptor.id
    let type = split == "train" ? type : inFixedOrder(type)
    let plugins = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent()  // Curves
      .deletingLastPathComponent()  // TrainingTests
      .deletingLastPathComponent()  // Tests
      .deletingLastPathComponent().appendingPathComponent("Plugins").path
    let config = try ConfigValue.yaml(file: "\(plugins)/\(id)/config.yaml")
      .merging(
        try Samples.yaml(
          """
          runner:
            total_steps: \(Self.updates)
            train_dataloader: \(split)
            eval_step: 1000
            save_step: 1000
            log_step: 1

          """ + overlay))
    let assembled = try AssembledTrainer(
      try Hosting.TaskLibrary(
        entry: TaskKit.TaskLibrary.entry([type]), path: id),
      on: CurveUpstream(), config, corpora: corpora.roots, threads: 2,
      scalarPrefix: "curve", in: folder)
    trainer = assembled.trainer
    for parameter in trainer.engine.parameters where !parameter.isBuffer {
      try parameter.assign(
        CurveUpstream.draws(parameter.name, count: parameter.values.count)
          .map { $0 / 2 })
    }
  }

  /// The batches of a pass over the data, an utterance by its frames.
  func batches() throws -> [[Int]] {
    let loader = try trainer.expert.dataloader(
      for: .training(split))
    return try (0..<loader.batchCount).map { index in
      try loader.batch(index).items.map { item in
        let whole = Int(try AudioFile.info(item.span.path).samples)
        let samples = item.span.length > 0 ? item.span.length : whole
        return samples / CurveUpstream.samplesPerFrame
      }
    }
  }

  /// The loss that each update started from, as the task reports it.
  func losses() throws -> [Double] {
    struct Scalar: Decodable {
      let name: String
      let value: Double
    }
    try trainer.train()
    return try folder.text("experiment/scalars.jsonl").split(separator: "\n")
      .map { try JSONDecoder().decode(Scalar.self, from: Data($0.utf8)) }
      .filter { $0.name.hasSuffix("loss") }.map(\.value)
  }
}

private func inFixedOrder<Task: DownstreamExpert>(
  _ type: Task.Type
) -> any DownstreamExpert.Type {
  FixedOrder<Task>.self
}

/// A task that is trained on the batches of its evaluation, whose order the
/// peer knows.
private final class FixedOrder<Task: DownstreamExpert>: DownstreamExpert {
  static var descriptor: TaskDescriptor { Task.descriptor }

  private let task: Task
  var pooling: Pooling { task.pooling }

  init(_ context: TaskContext) throws {
    task = try Task(context)
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    try task.dataloader(for: Pass(pass.split))
  }

  func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    try task.forward(batch, in: pass)
  }

  func logRecords(of pass: Pass, into log: RecordLog) throws {
    try task.logRecords(of: pass, into: log)
  }
}
