import Configuration
import Diagnostics
import Foundation
import Hosting
import Logging
import Records
import Runs
import Speech
import TaskABI
import Tensors
import Training
import Upstreams

/// What one training step of a task costs: forward, backward and update,
/// through the contract, on hidden states of a model's shape.
///
/// Batches and labels are the task's own, of ``StepCorpora`` or the
/// benchmark's corpora; the states are noise of the asked lengths, in memory,
/// so that neither a model nor a disk is measured.
package struct StepMeasurement {
  /// One line of `make bench`.
  package struct Line: Codable, Sendable {
    package var name: String
    package var shape: String
    package var threads: Int
    package var medianSeconds: Double
    package var gflops: Double
    /// `gflops` over BLAS's of the same run; nil if it was not measured.
    package var shareOfSgemm: Double?
    /// `gflops` over what the processor's multiply-adds make at most, measured
    /// in the same run.
    package var shareOfPeak: Double?
    /// What the tensors of a step took at most; nil for a bare product.
    package var peakBytes: Int?

    enum CodingKeys: String, CodingKey {
      case name, shape, threads, gflops
      case medianSeconds = "median_s"
      case shareOfSgemm = "share_of_sgemm"
      case shareOfPeak = "share_of_peak"
      case peakBytes = "peak_bytes"
    }
  }

  private let expert: Expert
  private let engine: Engine
  private let featurizer: SyntheticFeaturizer
  private let optimizer: any Optimizer
  private let augmentation: FeatureAugmentation?
  private let settings: RunnerSettings
  private let measured: Case
  private let threads: Int

  /// Makes the task's expert.
  ///
  /// - Parameter corpora: stand before those of `benchmark`.
  package init(
    _ measured: Case, benchmark: Benchmark, corpora: StepCorpora,
    catalog: TaskCatalog, threads: Int
  ) throws {
    let entry = try catalog.entry(named: measured.task)
    let config = try TaskConfiguration(
      file: entry.configPath, overlay: nil, overrides: measured.overrides)
    settings = config.settings
    engine = Engine(threads: threads, seed: benchmark.seed)
    featurizer = try SyntheticFeaturizer(engine: engine, measured)
    let host = ExpertHost(
      engine: engine,
      setting: ExpertHost.Setting(
        upstreamDimension: measured.dimension, samplesPerFrame: 320,
        seed: benchmark.seed, config: config.value,
        corpora: benchmark.corpora.merging(corpora.roots) { $1 },
        logger: Logger(label: measured.task) { label in
          StreamLogHandler.standardError(label: label)
        }, reportsProgress: { _, _ in }, isCancelled: { false },
        // What silence is, nobody has to find out here.
        audioLengths: { spans in
          try spans.map { Int(try AudioFile.info($0.path).samples) }
        }))
    expert = try Expert(
      of: entry.description, in: try TaskLibrary(path: entry.library),
      host: host)
    engine.acceptsParameters = false
    optimizer = try config.optimizer.optimizer(
      totalSteps: settings.totalSteps, parameters: engine.parameters)
    augmentation = FeatureAugmentation(
      config, expert: expert, engine: engine)
    self.measured = measured
    self.threads = threads
  }

  /// The median over steps that take about `seconds` together, after one
  /// that is not counted; three at least.
  ///
  /// - Parameter steps: so many in its place, however long they take.
  package func run(seconds: Double, steps: Int? = nil) throws -> Line {
    let loader = try expert.dataloader(
      for: .training(settings.trainSplit))
    var times: [Double] = []
    var frames = 0
    var utterances = 0
    var number = 0
    func isEnough() -> Bool {
      if let steps { return number > steps }
      return number >= 4 && times.reduce(0, +) >= seconds || number > 10_000
    }
    while !isEnough() {
      let batch = try loader.batch(number % loader.batchCount)
      let lengths = featurizer.lengths(
        of: batch,
        isPooled: expert.pooling == .meanPooled && augmentation == nil)
      let began = ContinuousClock.now
      try step(batch, lengths: lengths, number: number)
      let time = (ContinuousClock.now - began) / .seconds(1)
      if number >= 1 {
        times.append(time)
        frames += lengths.reduce(0, +)
        utterances += lengths.count
      }
      number += 1
    }
    let count = Double(times.count)
    let flops =
      (measured.flopsPerFrame * Double(frames)
        + measured.flopsPerUtterance * Double(utterances)) / count
    let median = median(times)
    return Line(
      name: measured.name,
      shape: """
        \(measured.layers)x\(measured.dimension) \
        \(utterances / times.count) utterances \(frames / times.count) frames
        """,
      threads: threads, medianSeconds: median, gflops: flops / median / 1e9,
      peakBytes: engine.peakBytes)
  }

  private func step(
    _ batch: ExpertBatch, lengths: [Int], number: Int
  ) throws {
    engine.step = UInt64(number)
    defer { engine.endStep() }
    try engine.training {
      let features = try featurizer.features(lengths: lengths)
      let (frames, offsets) =
        try augmentation?(features.0, offsets: features.1) ?? features
      let loss = try expert.forward(
        batch, in: .training(settings.trainSplit, step: number),
        frames: frames, offsets: offsets)
      try engine.backward(from: loss, scale: 1)
    }
    _ = engine.clipGradients(maximumNorm: settings.gradientClipping)
    optimizer.update(factor: 1)
    engine.zeroGradients()
  }
}

/// A featurizer over noise: the weighted sum of all layers.
private final class SyntheticFeaturizer {
  private let engine: Engine
  private let weights: Parameter?
  private let measured: StepMeasurement.Case
  /// [layers, longest, dim] of each place in a batch: states are read once,
  /// as those of different utterances are.
  private var noise: [SharedBuffer] = []

  init(engine: Engine, _ measured: StepMeasurement.Case) throws {
    self.engine = engine
    self.measured = measured
    weights =
      measured.layers > 1
      ? try engine.parameter(
        name: "featurizer.weights", shape: [measured.layers]) : nil
  }

  /// Evenly spaced over the case's range, the longest first.
  func lengths(of batch: ExpertBatch, isPooled: Bool) -> [Int] {
    let (count, range) = (batch.items.count, measured.frames)
    return (0..<count).map { place in
      isPooled
        ? 1
        : range.upperBound - (range.count - 1) * place / max(1, count - 1)
    }
  }

  func features(lengths: [Int]) throws -> (Node, [Int64]) {
    while noise.count < lengths.count {
      noise.append(
        SharedBuffer(
          count: measured.layers * measured.frames.upperBound
            * measured.dimension))
    }
    var offsets: [Int64] = [0]
    var rows: Int64 = 0
    for length in lengths {
      rows += Int64(length)
      offsets.append(rows)
    }
    let states = zip(noise, lengths).map { noise, length in
      LayeredStates(
        .float32(UnsafePointer(noise.values)), layers: measured.layers,
        frames: length, dim: measured.dimension,
        layerStride: measured.frames.upperBound * measured.dimension)
    }
    let shares = try weights.map { try engine.softmax($0.node) }
    return (try engine.weightedSum(states, weights: shares), offsets)
  }
}

/// Numbers over -1 ..< 1, freed with their last user.
private final class SharedBuffer: @unchecked Sendable {
  let values: UnsafeMutablePointer<Float>

  init(count: Int) {
    values = .allocate(capacity: count)
    // A stretch of draws, again and again: noise is not what is measured.
    let random = CounterRandom(seed: 1)
    let period = min(count, 65_537)
    for index in 0..<period {
      let draw = random.uniform(stream: 0, index: UInt64(index))
      (values + index).initialize(to: Float(draw * 2 - 1))
    }
    for first in stride(from: period, to: count, by: period) {
      (values + first).initialize(
        from: values, count: min(period, count - first))
    }
  }

  deinit { values.deallocate() }
}
