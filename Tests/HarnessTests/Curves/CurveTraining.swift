import Configuration
import Foundation
import Logging
import Speech
import TaskKit
import Tensors
import Testing
import Upstreams

@testable import Harness

/// One head in training by the real loop, from weights that are draws.
final class CurveTraining {
  static let updates = 50

  private let folder: TemporaryFolder
  /// Its files are read as long as there is training.
  private let corpora: CurveCorpora
  private let expert: Expert
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
    let plugins = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent()  // Curves
      .deletingLastPathComponent()  // HarnessTests
      .deletingLastPathComponent()  // Tests
      .deletingLastPathComponent().appendingPathComponent("Plugins").path
    let config = try Harness.TaskConfiguration(
      file: "\(plugins)/\(id)/config.yaml",
      overlay: try Samples.yaml(
        """
        runner:
          total_steps: \(Self.updates)
          train_dataloader: \(split)
          eval_step: 1000
          save_step: 1000
          log_step: 1

        """ + overlay), overrides: []
    ).value
    let engine = Engine(threads: 2, seed: 3)
    let upstream = CurveUpstream()
    let featurizer = try Featurizer(
      engine: engine, upstream: upstream.description,
      selection: FeatureSelection())
    let host = ExpertHost(
      engine: engine,
      setting: ExpertHost.Setting(
        upstreamDimension: CurveUpstream.dimension,
        samplesPerFrame: Double(CurveUpstream.samplesPerFrame), seed: 3,
        config: config, corpora: corpora.roots, logger: Logger(label: "test"),
        reportsProgress: { _, _ in }, isCancelled: { false },
        audioLengths: { spans in
          try spans.map { Int(try AudioFile.info($0.path).samples) }
        }))
    let library = try Harness.TaskLibrary(
      entry: TaskKit.TaskLibrary.entry([type]), path: id)
    expert = try Expert(
      of: try #require(library.descriptions().first), in: library, host: host)
    try host.checkUnreadKeys()
    for parameter in engine.parameters where !parameter.isBuffer {
      try parameter.assign(
        CurveUpstream.draws(parameter.name, count: parameter.values.count)
          .map { $0 / 2 })
    }
    let settings = try RunnerSettings(config)
    let source = try FeatureSource(
      upstream: upstream, store: FeatureStore(root: folder.path + "/features"),
      view: FeatureView(
        pooling: expert.pooling, isNormalized: false, precision: .float32),
      threads: 1)
    trainer = Trainer(
      engine: engine, expert: expert,
      feed: BatchFeed(
        expert: expert, source: source, featurizer: featurizer, limit: nil),
      settings: settings,
      optimizer: try OptimizerSection.optimizer(
        config, totalSteps: settings.totalSteps, engine: engine),
      schedule: nil,
      folder: try ExperimentFolder(
        path: folder.path + "/experiment", scalarPrefix: "curve"),
      report: WorkerReport(descriptor: -1))
  }

  /// The batches of a pass over the data, an utterance by its frames.
  func batches() throws -> [[Int]] {
    let loader = try expert.dataloader(split: split, epoch: 0)
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
