import Configuration
import Foundation
import Logging
import Speech
import Tensors
import TestSupport
import Testing
import Upstreams

@testable import Hosting
@testable import Records
@testable import Training

/// A task's expert and its trainer, put together as a worker does.
struct AssembledTrainer {
  let engine: Engine
  let host: ExpertHost
  let trainer: Trainer

  /// - Parameters:
  ///   - config: the task's whole configuration.
  ///   - folder: for features and the experiment's files.
  init(
    _ library: TaskLibrary, on upstream: any Upstream, _ config: ConfigValue,
    corpora: [String: String] = [:], threads: Int = 1, scalarPrefix: String,
    in folder: TemporaryFolder
  ) throws {
    let config = try TaskConfiguration(config)
    var settings = config.settings
    let description = upstream.description
    engine = Engine(threads: threads, seed: 3)
    let featurizer = try Featurizer(
      engine: engine, upstream: description, selection: FeatureSelection())
    host = ExpertHost(
      engine: engine,
      setting: ExpertHost.Setting(
        upstreamDimension: description.dimension,
        samplesPerFrame: description.samplesPerFrame, seed: 3,
        config: config.value, corpora: corpora, logger: Logger(label: "test"),
        reportsProgress: { _, _ in }, isCancelled: { false },
        audioLengths: { spans in
          try spans.map { Int(try AudioFile.info($0.path).samples) }
        }))
    let expert = try Expert(
      of: try #require(library.descriptions().first), in: library, host: host)
    try host.checkUnreadKeys()
    let source = try FeatureSource(
      upstream: upstream, store: FeatureStore(root: folder.path + "/features"),
      view: FeatureView(
        pooling: config.augmentation == nil ? expert.pooling : .frames,
        isNormalized: false, precision: .float32),
      threads: 1)
    let feed = BatchFeed(
      expert: expert, states: BatchStates(source), featurizer: featurizer,
      augmentation: FeatureAugmentation(
        config, expert: expert, engine: engine), limit: nil)
    if !settings.epochs.isEmpty {
      settings = try settings.counted(
        batches: feed.batches(for: .training(settings.trainSplit)).count)
    }
    trainer = Trainer(
      engine: engine, expert: expert, feed: feed,
      settings: settings,
      optimizer: try config.optimizer.optimizer(
        totalSteps: settings.totalSteps, parameters: engine.parameters),
      schedule: try config.optimizer.schedule(
        totalSteps: settings.totalSteps),
      folder: try ExperimentFolder(
        path: folder.path + "/experiment", scalarPrefix: scalarPrefix),
      report: WorkerReport(descriptor: -1))
  }
}
