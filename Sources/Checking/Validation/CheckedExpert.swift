import Configuration
import Diagnostics
import Hosting
import Records
import TaskABI
import Tensors
import Training
import Upstreams

/// An expert with all that a step of training needs, on random hidden states.
final class CheckedExpert {
  let engine: Engine
  let host: ExpertHost
  let expert: Expert
  let settings: RunnerSettings
  /// The featurizer's, which the expert's gradient flows through.
  let layerWeights: Parameter
  private let run: CheckRun
  private let states = RandomStates()

  init(
    _ run: CheckRun, threads: Int, config: ConfigValue,
    isCancelled: @escaping () -> Bool
  ) throws {
    let task = try run.task()
    self.run = run
    settings = try TaskConfiguration(config).settings
    engine = Engine(threads: threads, seed: 1337)
    layerWeights = try engine.parameter(
      name: "featurizer.weights", shape: [RandomStates.layers])
    host = run.host(engine: engine, config: config, isCancelled: isCancelled)
    let library = try run.library()
    run.doing("create(\(task.id))")
    expert = try run.reading { [host] in
      try Expert(of: task, in: library, host: host)
    }
    engine.acceptsParameters = false
  }

  /// The splits that a run asks for, training first.
  var splits: [String] {
    var splits = [settings.trainSplit]
    for split in settings.evalSplits + expert.description.testSplits
    where !splits.contains(split) {
      splits.append(split)
    }
    return splits
  }

  /// What an optimizer would train, without the featurizer.
  var trained: [Parameter] {
    engine.trainableParameters.filter { $0 !== layerWeights }
  }

  /// What a run asks for of a split: training of the one that is trained on,
  /// evaluation of the others.
  func pass(_ split: String, epoch: Int = 0, step: Int = 0) -> ExpertPass {
    split == settings.trainSplit
      ? .training(split, epoch: epoch, step: step)
      : .evaluation(of: split, step: step)
  }

  func dataloader(_ split: String, epoch: Int = 0) throws -> ExpertDataloader {
    var pass = pass(split)
    pass.epoch = epoch
    return try dataloader(for: pass)
  }

  func dataloader(for pass: ExpertPass) throws -> ExpertDataloader {
    run.doing("get_dataloader(\(pass.split), \(pass.epoch))")
    return try run.reading { try expert.dataloader(for: pass) }
  }

  /// Batch `index` of `split`, the last one if there are fewer.
  func batch(_ index: Int = 0, of split: String) throws -> ExpertBatch {
    try batch(index, in: pass(split))
  }

  func batch(_ index: Int = 0, in pass: ExpertPass) throws -> ExpertBatch {
    let loader = try dataloader(for: pass)
    try hold(
      loader.batchCount > 0, "the split '\(pass.split)' has no batches")
    run.doing("batch of \(pass.split)")
    return try run.reading {
      try loader.batch(min(index, loader.batchCount - 1))
    }
  }

  /// Calls `body` with the loss of `batch`, and ends the step.
  ///
  /// - Parameters:
  ///   - isTraining: with dropout, and recorded for ``Engine/backward``.
  ///   - isPooled: one frame an utterance; as the expert wants it if nil.
  func withLoss<Result>(
    of batch: ExpertBatch, in pass: ExpertPass, isTraining: Bool = false,
    recordsGradients: Bool? = nil, isPooled: Bool? = nil,
    _ body: (Node) throws -> Result
  ) throws -> Result {
    func heard() throws -> Result {
      defer { engine.endStep() }
      let (frames, offsets) = try features(of: batch.items, isPooled: isPooled)
      run.doing("forward(\(pass.split))")
      let loss = try expert.forward(
        batch, in: pass, frames: frames, offsets: offsets)
      try hold(
        loss.shape.rank == 0,
        "the loss of \(pass.split) has shape \(loss.shape), not rank 0")
      return try body(loss)
    }
    let records = recordsGradients ?? isTraining
    return isTraining
      ? try engine.training(recordingGradients: records, heard)
      : try engine.evaluating(recordingGradients: records, heard)
  }

  /// What the expert says of recordings of its corpus that it is told
  /// nothing about.
  func prediction(on items: [ExpertItem]) throws -> Prediction {
    try engine.evaluating {
      defer { engine.endStep() }
      let (frames, offsets) = try features(of: items)
      run.doing("predict")
      return try expert.predict(
        ids: items.indices.map { "recording\($0)" }, frames: frames,
        offsets: offsets)
    }
  }

  /// What the expert's CTC model says of `batch` in evaluation.
  func emissions(of batch: ExpertBatch) throws -> [Emissions] {
    try engine.evaluating {
      defer { engine.endStep() }
      let (frames, offsets) = try features(of: batch.items)
      run.doing("emit")
      return try expert.emissions(
        of: batch, frames: frames, offsets: offsets)
    }
  }

  /// - Parameter isPooled: one frame an utterance; as the expert wants it if
  ///   nil.
  private func features(
    of items: [ExpertItem], isPooled: Bool? = nil
  ) throws -> (Node, offsets: [Int64]) {
    let isPooled = isPooled ?? (expert.pooling == .meanPooled)
    let states = items.map { self.states.states(of: $0, isPooled: isPooled) }
    let offsets = states.reduce(into: [Int64(0)]) {
      $0.append(($0.last ?? 0) + Int64($1.frames))
    }
    let frames = try engine.weightedSum(
      states, weights: try engine.softmax(layerWeights.node))
    return (frames, offsets)
  }

  /// The loss of `batch` in evaluation.
  func loss(
    of batch: ExpertBatch, split: String, isPooled: Bool? = nil
  ) throws -> Float {
    try withLoss(of: batch, in: pass(split), isPooled: isPooled) { $0.item }
  }

  /// The loss of `batch` and its gradient by parameter, as training sees
  /// them. Parameters that none reaches are missing.
  func gradients(
    of batch: ExpertBatch, split: String, isTraining: Bool = true
  ) throws -> (loss: Float, gradients: [String: [Float]]) {
    defer { engine.zeroGradients() }
    return try withLoss(
      of: batch, in: pass(split), isTraining: isTraining,
      recordsGradients: true
    ) { loss in
      run.doing("the backward pass")
      try engine.backward(from: loss)
      var gradients: [String: [Float]] = [:]
      for parameter in engine.trainableParameters {
        gradients[parameter.name] = parameter.node.gradientValues.map(
          Array.init)
      }
      return (loss.item, gradients)
    }
  }

  func records(_ split: String, step: Int = 1) throws -> SplitRecords {
    try records(of: pass(split, step: step))
  }

  func records(of pass: ExpertPass) throws -> SplitRecords {
    run.doing("log_records(\(pass.split))")
    return try expert.records(of: pass)
  }
}
