import Diagnostics
import Foundation
import Tensors
import Upstreams

/// The training loop of the protocol: one expert, one upstream, frozen.
///
/// A step is one update of the weights; everything is counted in steps. The
/// order within a step is s3prl's: accumulate, clip, update unless the norm
/// is NaN, advance the schedule, log, evaluate, save.
final class Trainer {
  let engine: Engine
  let expert: Expert
  let feed: BatchFeed
  let settings: RunnerSettings
  let optimizer: any Optimizer
  private let schedule: Schedule?
  let folder: ExperimentFolder
  let report: WorkerReport

  /// Where training stands, up to date at the ends of steps.
  var progress = TrainingProgress()
  /// When to write a state to continue from.
  var recovery: RecoveryClock
  /// Spent in updates, evaluations left out.
  private(set) var trainingSeconds = 0.0
  /// The steps of this process.
  private(set) var stepsHere = 0

  var step: Int { progress.step }
  var epoch: Int { progress.epoch }
  var saved: [String: Int] { progress.saved }
  var best: TrainingProgress.Best? { progress.best }
  var warnings: [String] { progress.warnings }

  /// - Parameter checkpointSeconds: the time between two states to continue
  ///   from, at least.
  init(
    engine: Engine, expert: Expert, feed: BatchFeed,
    settings: RunnerSettings, optimizer: any Optimizer, schedule: Schedule?,
    folder: ExperimentFolder, report: WorkerReport,
    checkpointSeconds: Double = RecoveryClock.standardSeconds
  ) {
    self.engine = engine
    self.expert = expert
    self.feed = feed
    self.settings = settings
    self.optimizer = optimizer
    self.schedule = schedule
    self.folder = folder
    self.report = report
    recovery = RecoveryClock(seconds: checkpointSeconds)
  }

  /// Trains from where ``progress`` stands to the last step.
  func train() throws {
    if progress.awaitsEvaluation { try evaluateAndSave() }
    while progress.step < settings.totalSteps {
      let loader = try feed.batches(
        split: settings.trainSplit, epoch: progress.epoch)
      guard loader.count > 0 else {
        throw UserError(
          "the split '\(settings.trainSplit)' has no batches",
          at: expert.description.id, fix: "superb data check names what is"
            + " missing in the corpus")
      }
      while progress.batch < loader.count, progress.step < settings.totalSteps
      {
        if Interruption.isRequested { try stopIfPossible() }
        try take(try loader.batch(progress.batch))
      }
      // Before the epoch is counted that the last step cut short: a longer
      // training would go on within it.
      if progress.step >= settings.totalSteps { try keepLastState() }
      progress.epoch += 1
      progress.batch = 0
    }
  }

  /// One batch and, if it is the last that is accumulated, its update.
  private func take(_ batch: ExpertBatch) throws {
    let began = ContinuousClock.now
    try accumulate(batch, number: progress.batches)
    progress.batches += 1
    progress.batch += 1
    let isUpdate = progress.batches % settings.accumulation == 0
    if isUpdate { try update() }
    trainingSeconds += (ContinuousClock.now - began) / .seconds(1)
    guard isUpdate else { return }
    progress.step += 1
    stepsHere += 1
    try afterUpdate()
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
  }

  private func update() throws {
    let norm = engine.clipGradients(maximumNorm: settings.gradientClipping)
    if norm.isNaN {
      let warning = "the gradient's norm is NaN; updates were skipped"
      if !warnings.contains(warning) { progress.warnings.append(warning) }
      try folder.log(
        "grad norm is NaN at step \(step + 1), update skipped")
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
    try evaluateAndSave()
  }

  /// What a step does after its update was logged.
  private func evaluateAndSave() throws {
    var names: [String] = []
    if step % settings.evalStep == 0 {
      names = try evaluateAll()
    }
    let savesStates = step % settings.saveStep == 0
    if savesStates { names.append("states-\(step).ckpt") }
    for name in names { progress.saved[name] = step }
    guard !names.isEmpty || isRecoveryDue else { return }
    let checkpoint = try checkpoint()
    try folder.checkpoints.save(
      checkpoint, as: names, keepingStates: settings.maxKeep)
    if isExact, savesStates || isRecoveryDue {
      // Not the same file as a best one: damage must not take both.
      try keepForResuming(
        checkpoint,
        sameAs: names.first { CheckpointFolder.step(ofStates: $0) != nil })
    }
  }

  /// Evaluates every split that is due and gives the names that the task
  /// asks to save under.
  private func evaluateAll() throws -> [String] {
    var names: [String] = []
    try beforeEvaluation {
      for split in settings.evalSplits {
        let records = try evaluate(split)
        for name in records.saveAs where !names.contains(name) {
          names.append(name)
          let isTest = expert.description.testSplits.contains(split)
          if best == nil || best?.split == split, !isTest {
            progress.best = TrainingProgress.Best(split: split, file: name)
          }
        }
      }
    }
    return names
  }

  /// Runs the expert over `split` without dropout or gradients, and keeps
  /// what it reports.
  func evaluate(_ split: String) throws -> SplitRecords {
    let records = try SplitEvaluation(
      engine: engine, expert: expert, feed: feed, report: report,
      ratio: settings.evaluateRatio
    ).records(of: split, step: step)
    try folder.record(records, split: split, step: step, expert: expert)
    return records
  }
}
