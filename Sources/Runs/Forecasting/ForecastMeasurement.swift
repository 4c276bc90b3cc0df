import Diagnostics
import Foundation
import Records
import Training
import Upstreams

/// Extraction and training of the first batches, until about two seconds are
/// spent on each.
final class ForecastMeasurement {
  private let session: ExperimentSession
  private let source: FeatureSource
  private let trainer: Trainer

  private var audioSeconds = 0.0
  private var extractionSeconds = 0.0
  private var batches = 0
  private var utterances = 0

  private static let budget = 2.0

  /// - Parameter folder: for features and checkpoints that nobody wants to
  ///   keep.
  init(_ session: ExperimentSession, folder: String) throws {
    self.session = session
    let experiment = session.experiment
    source = try FeatureSource(
      upstream: session.upstream,
      store: FeatureStore(root: folder + "/measured"),
      view: session.source.view, threads: experiment.threads)
    var settings = session.settings
    // Steps alone: nothing is logged, evaluated or saved.
    (settings.logStep, settings.evalStep, settings.saveStep) = (
      .never, .never, .never
    )
    settings.earlyStopping = nil
    trainer = Trainer(
      engine: session.engine, expert: session.expert,
      feed: BatchFeed(
        expert: session.expert, states: BatchStates(source),
        featurizer: session.featurizer, trained: session.trained,
        augmentation: FeatureAugmentation(
          experiment.config, expert: session.expert, engine: session.engine),
        limit: experiment.limit),
      settings: settings,
      optimizer: try session.makeOptimizer(),
      schedule: try session.config.optimizer.schedule(
        totalSteps: settings.totalSteps),
      folder: try ExperimentFolder(
        path: folder + "/experiment",
        scalarPrefix: experiment.task.scalarPrefix),
      report: WorkerReport { _, _, _ in })
  }

  /// - Parameter sample: utterances to extract where there is no training.
  func run(sample: [AudioSpan]) throws {
    guard trainer.settings.totalSteps > 0 else {
      var rest = sample[...]
      while !rest.isEmpty, extractionSeconds < Self.budget {
        try extract(Array(rest.prefix(8)))
        rest = rest.dropFirst(8)
      }
      return
    }
    let loader = try trainer.feed.batches(
      for: .training(trainer.settings.trainSplit))
    let began = ContinuousClock.now
    var warm = TrainingTimes()
    for index in 0..<min(loader.count, 50) {
      let spans = try loader.batch(index).items.map(\.span)
      try extract(spans)
      try trainer.advance()
      // The first one makes memory ready.
      if index == 0 {
        warm = trainer.times
      } else {
        batches += 1
        utterances += spans.count
      }
      let spent = (ContinuousClock.now - began) / .seconds(1)
      if spent > Self.budget || trainer.isOver { break }
    }
    if batches == 0 {
      (batches, utterances) = (1, max(1, try loader.batch(0).items.count))
      warm = TrainingTimes()
    }
    times = trainer.times.since(warm)
  }

  private var times = TrainingTimes()

  private func extract(_ spans: [AudioSpan]) throws {
    if session.trained != nil { return }
    let before = source.upstreamPasses
    let began = ContinuousClock.now
    try source.prepare(spans, isCancelled: { Interruption.isRequested })
    extractionSeconds += (ContinuousClock.now - began) / .seconds(1)
    // A batch may name an utterance again.
    let passes = source.upstreamPasses - before
    let mean =
      try spans.map { try $0.seconds() }.reduce(0, +)
      / Double(max(1, spans.count))
    audioSeconds += mean * Double(passes)
  }

  /// Seconds of audio a second.
  var speed: Double {
    extractionSeconds > 0 ? audioSeconds / extractionSeconds : 0
  }

  var secondsPerBatch: Double {
    batches > 0
      ? (times.data + times.forward + times.backward + times.update)
        / Double(batches) : 0
  }

  /// Of evaluation: forward alone.
  var secondsPerUtterance: Double {
    utterances > 0 ? (times.data + times.forward) / Double(utterances) : 0
  }

  /// In the mean.
  var utterancesPerBatch: Double {
    batches > 0 ? Double(utterances) / Double(batches) : 0
  }

  /// Of stored features.
  func bytesPerUtterance(of seconds: Double) -> Double {
    let upstream = session.upstream.description
    let view = source.view
    let frames =
      view.pooling == .meanPooled
      ? 1 : seconds * 16_000 / upstream.samplesPerFrame
    return frames.rounded(.up) * Double(upstream.layers * upstream.dimension)
      * Double(view.precision.byteCount) + 160
  }

  /// Of all checkpoints that lie there at once.
  func checkpointBytes(heads: Int) -> Int {
    let settings = session.settings
    guard settings.totalSteps > 0 else { return 0 }
    let parameters = session.parameters.reduce(0) {
      $0 + $1.values.count
    }
    let state = trainer.optimizer.exportState().values.reduce(0) {
      $0 + $1.count
    }
    let named = settings.bestCheckpoints.reduce(0) { $0 + $1.count }
    // Those of the task, two to continue from, and one that is being written.
    let files = settings.maxKeep + named + settings.evalSplits.count + 3
    return 4 * (parameters + state) * files * heads
  }
}

extension TrainingTimes {
  fileprivate func since(_ earlier: TrainingTimes) -> TrainingTimes {
    TrainingTimes(
      data: data - earlier.data, forward: forward - earlier.forward,
      backward: backward - earlier.backward, update: update - earlier.update)
  }
}
