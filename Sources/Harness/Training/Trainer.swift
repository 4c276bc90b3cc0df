import Diagnostics
import Foundation
import Tensors
import Upstreams

/// The training loop of the protocol: one expert, one upstream, frozen
/// or trained along.
///
/// A step is one update of the weights; everything is counted in steps. The
/// order within a step is s3prl's: accumulate, clip, update unless the norm
/// is NaN, advance the schedule, log, evaluate, save.
final class Trainer {
  private let engine: Engine
  private let expert: Expert
  private let feed: BatchFeed
  private let settings: RunnerSettings
  private let optimizer: any Optimizer
  private let schedule: Schedule?
  private let folder: ExperimentFolder
  private let report: WorkerReport

  private(set) var step = 0
  private(set) var epoch = 0
  /// The step at which each named checkpoint was saved, by name.
  private(set) var saved: [String: Int] = [:]
  /// The first evaluation split that asked to save, and the name it gave.
  private(set) var best: (split: String, file: String)?
  private(set) var warnings: [String] = []
  /// Spent in updates, evaluations left out.
  private(set) var trainingSeconds = 0.0

  init(
    engine: Engine, expert: Expert, feed: BatchFeed,
    settings: RunnerSettings, optimizer: any Optimizer, schedule: Schedule?,
    folder: ExperimentFolder, report: WorkerReport
  ) {
    self.engine = engine
    self.expert = expert
    self.feed = feed
    self.settings = settings
    self.optimizer = optimizer
    self.schedule = schedule
    self.folder = folder
    self.report = report
  }

  func train() throws {
    var backwards = 0
    while step < settings.totalSteps {
      let loader = try feed.batches(split: settings.trainSplit, epoch: epoch)
      guard loader.count > 0 else {
        throw UserError(
          "the split '\(settings.trainSplit)' has no batches",
          at: expert.description.id, fix: "superb data check names what is"
            + " missing in the corpus")
      }
      for index in 0..<loader.count where step < settings.totalSteps {
        try report.checkCancelled()
        let began = ContinuousClock.now
        try accumulate(try loader.batch(index), number: backwards)
        backwards += 1
        let isUpdate = backwards % settings.accumulation == 0
        if isUpdate { try update() }
        trainingSeconds += (ContinuousClock.now - began) / .seconds(1)
        guard isUpdate else { continue }
        step += 1
        try afterUpdate()
      }
      epoch += 1
    }
  }

  /// Adds the gradients of one batch, the `number`-th of the training: each
  /// has dropout draws of its own.
  private func accumulate(_ batch: ExpertBatch, number: Int) throws {
    engine.isTraining = true
    engine.recordsGradients = true
    engine.step = UInt64(number)
    defer { engine.endStep() }
    let (frames, offsets) = try feed.features(of: batch)
    let loss = try expert.forward(
      split: settings.trainSplit, batch: batch, frames: frames,
      offsets: offsets)
    try engine.backward(
      from: loss, scale: 1 / Float(settings.accumulation))
    try feed.sendBack()
  }

  private func update() throws {
    let norm = engine.clipGradients(maximumNorm: settings.gradientClipping)
    if norm.isNaN {
      let warning = "the gradient's norm is NaN; updates were skipped"
      if !warnings.contains(warning) { warnings.append(warning) }
      folder.log("grad norm is NaN at step \(step + 1), update skipped")
    } else {
      optimizer.update(factor: schedule?.factor(atStep: step) ?? 1)
    }
    engine.zeroGradients()
  }

  private func afterUpdate() throws {
    report.progress("training", done: step, total: settings.totalSteps)
    if step % settings.logStep == 0 {
      let records = try expert.records(split: settings.trainSplit, step: step)
      try folder.record(
        records, split: settings.trainSplit, step: step, expert: expert)
    }
    var names: [String] = []
    if step % settings.evalStep == 0 {
      for split in settings.evalSplits {
        let records = try evaluate(split)
        for name in records.saveAs where !names.contains(name) {
          names.append(name)
          let isTest = expert.description.testSplits.contains(split)
          if best == nil || best?.split == split, !isTest {
            best = (split, name)
          }
        }
      }
    }
    if step % settings.saveStep == 0 {
      try folder.rotateStates(keeping: settings.maxKeep - 1)
      names.append("states-\(step).ckpt")
    }
    guard !names.isEmpty else { return }
    let checkpoint = Checkpoint(
      engine: engine, optimizer: optimizer, step: step, epoch: epoch)
    for name in names {
      try checkpoint.write(to: folder.path + "/" + name)
      saved[name] = step
    }
  }

  /// Runs the expert over `split` without dropout or gradients, and keeps
  /// what it reports.
  func evaluate(_ split: String) throws -> SplitRecords {
    engine.isTraining = false
    engine.recordsGradients = false
    let loader = try feed.batches(split: split, epoch: 0)
    let count = Int(
      (Double(loader.count) * settings.evaluateRatio).rounded(.up))
    for index in 0..<count {
      try report.checkCancelled()
      let batch = try loader.batch(index)
      defer { engine.endStep() }
      let (frames, offsets) = try feed.features(of: batch)
      _ = try expert.forward(
        split: split, batch: batch, frames: frames, offsets: offsets)
      report.progress("evaluating \(split)", done: index + 1, total: count)
    }
    let records = try expert.records(split: split, step: step)
    try folder.record(records, split: split, step: step, expert: expert)
    return records
  }
}
