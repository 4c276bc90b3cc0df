import Diagnostics
import Foundation
import Hosting
import Records
import Tensors
import Upstreams

/// The training loop of the protocol: one expert, one upstream, frozen.
///
/// A step is one update of the weights; everything is counted in steps. The
/// order within a step is s3prl's: accumulate, clip, update unless the norm
/// is NaN, advance the schedule, log, evaluate, save.
package final class Trainer {
  package let engine: Engine
  package let expert: Expert
  package let feed: BatchFeed
  package let settings: RunnerSettings
  package let optimizer: any Optimizer
  private let schedule: Schedule?
  /// Where its files go; those of the last evaluation may go elsewhere.
  package var folder: ExperimentFolder
  package let report: WorkerReport

  /// Where training stands, up to date at the ends of steps.
  package var progress = TrainingProgress()
  /// When to write a state to continue from.
  var recovery: RecoveryClock
  /// Whether somebody has stopped it within an evaluation, and the state before
  /// that is kept.
  var isStopped = false
  /// Where states to continue from go, if not into ``folder``.
  var resumeStateWriter: ((Checkpoint) throws -> Void)?
  /// Spent in updates, evaluations left out.
  package private(set) var trainingSeconds = 0.0
  /// The same, by what it was spent on.
  package private(set) var times = TrainingTimes()
  /// The epoch's.
  private var loader: LimitedDataloader?
  /// What the task finds before the first evaluation.
  let firstFindings: FirstFindings
  /// Whether a loss since the last update was no finite number.
  private var hasUnsoundLoss = false
  /// Of the weights, if the settings want one.
  let average: MovingAverage?
  /// The steps of this process.
  private(set) var stepsHere = 0

  /// The upstream's, if that is trained, and the head's.
  private var engines: [Engine] {
    (feed.upstream.map { [$0.engine] } ?? []) + [engine]
  }
  package var parameters: [Parameter] { engines.flatMap(\.parameters) }

  package var step: Int { progress.step }
  package var epoch: Int { progress.epoch }
  package var saved: [String: Int] { progress.saved }
  package var best: TrainingProgress.Best? { progress.best }
  package var warnings: [String] { progress.warnings }

  /// - Parameter checkpointSeconds: the time between two states to continue
  ///   from, at least.
  package init(
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
    average =
      settings.extent == .full ? settings.average.map(MovingAverage.init) : nil
    progress.epoch = settings.startEpoch
    firstFindings = FirstFindings(
      engine.parameters, memory: (try? expert.remembered()) ?? nil)
  }

  /// Adds to what was noticed.
  package func warn(_ warnings: [String]) {
    for warning in warnings where !self.warnings.contains(warning) {
      progress.warnings.append(warning)
    }
  }

  /// Trains from where ``progress`` stands to the last step.
  package func train() throws { try finish() }

  /// Whether the last step was done, with all that follows from it.
  package var isOver: Bool {
    (progress.step >= settings.totalSteps
      || progress.stopping.stoppedAt != nil) && !progress.awaitsEvaluation
  }

  /// Takes the next batch, with the step that it may complete.
  package func advance() throws {
    try completeStep()
    guard !isOver else { return }
    let loader = try trainingBatches()
    if isAskedToStop { try stopIfPossible() }
    try take(loader)
    // Before the epoch is counted that the last step cut short: a longer
    // training would go on within it.
    if isOver {
      try keepLastState()
      nextEpoch()
    }
  }

  /// Does the evaluation that the last step still awaits, if it does.
  func completeStep() throws {
    if progress.awaitsEvaluation { try evaluateAndSave() }
  }

  /// Those of the epoch that the next batch is in.
  private func trainingBatches() throws -> LimitedDataloader {
    while true {
      let loader =
        try self.loader
        ?? feed.batches(for: pass)
      guard loader.count > 0 else {
        throw UserError(
          "the split '\(settings.trainSplit)' has no batches",
          at: expert.description.id,
          fix: "superb data check names what is"
            + " missing in the corpus")
      }
      self.loader = loader
      if progress.batch < loader.count { return loader }
      nextEpoch()
    }
  }

  /// What batches are taken for.
  private var pass: ExpertPass {
    .training(settings.trainSplit, epoch: progress.epoch, step: step)
  }

  private func nextEpoch() {
    progress.epoch += 1
    progress.batch = 0
    loader = nil
  }

  /// One batch and, if it is the last that is accumulated, its update.
  private func take(_ loader: LimitedDataloader) throws {
    let began = ContinuousClock.now
    let isWhole = try accumulate(from: loader, number: progress.batches)
    progress.batch += 1
    if isWhole { progress.batches += 1 }
    let isUpdate = isWhole && progress.batches % settings.accumulation == 0
    if isUpdate { try times.timing(\.update) { try update() } }
    trainingSeconds += (ContinuousClock.now - began) / .seconds(1)
    guard isUpdate else { return }
    progress.step += 1
    stepsHere += 1
    try afterUpdate()
  }

  /// Adds the gradients of one batch, the `number`-th of the training: each
  /// has dropout draws of its own. False if it has failed and is left out.
  private func accumulate(
    from loader: LimitedDataloader, number: Int
  ) throws -> Bool {
    engine.step = UInt64(number)
    defer { engine.endStep() }
    let start = try batchStart()
    do {
      try engine.training(recordingGradients: settings.extent == .full) {
        try goThrough(loader)
      }
      if let start, engine.exchange?.isLost == true { try leave(start) }
      return true
    } catch {
      if error is Interrupted { throw error }
      if let start, engine.exchange?.isLost == true { try leave(start) }
      try skip(error)
      return false
    }
  }

  /// The next batch forward and backward, as far as the settings want it.
  private func goThrough(_ loader: LimitedDataloader) throws {
    let (batch, (frames, offsets)) = try times.timing(\.data) {
      let batch = try loader.batch(progress.batch)
      return (batch, try feed.features(of: batch))
    }
    guard settings.extent != .data else { return }
    let loss = try times.timing(\.forward) {
      try expert.forward(batch, in: pass, frames: frames, offsets: offsets)
    }
    guard settings.extent == .full else { return }
    if !loss.item.isFinite { hasUnsoundLoss = true }
    try times.timing(\.backward) {
      try engine.backward(
        from: loss, scale: 1 / Float(settings.accumulation))
      try feed.sendBack()
    }
  }

  private func update() throws {
    guard settings.extent == .full else { return }
    let norm = Engine.clipGradients(
      of: engines, maximumNorm: settings.gradientClipping,
      norm: settings.gradientNorm)
    if hasUnsoundLoss || !norm.isFinite { noteUnsoundStep() }
    if norm.isNaN {
      warn(["the gradient's norm is NaN; updates were skipped"])
      try folder.log(
        "grad norm is NaN at step \(step + 1), update skipped")
    } else {
      optimizer.update(factor: schedule?.factor(atStep: step) ?? 1)
    }
    average?.take(parameters, step: step + 1)
    zeroGradients()
  }

  package func zeroGradients() {
    engines.forEach { $0.zeroGradients() }
    hasUnsoundLoss = false
  }

  private func afterUpdate() throws {
    report.progress("training", done: step, total: settings.totalSteps)
    if settings.logStep.isDue(at: step), settings.extent != .data {
      let records = try expert.records(of: pass)
      noteTraining(records)
      try folder.record(
        records, split: settings.trainSplit, step: step, expert: expert)
    }
    try evaluateAndSave()
  }

  /// What a step does after its update was logged.
  private func evaluateAndSave() throws {
    var names: [String] = []
    if let interval = settings.snapshotInterval, step % interval == 0,
      settings.extent == .full
    {
      try takeSnapshot()
    }
    if settings.evalStep.isDue(at: step), settings.extent != .data {
      names = try evaluateAll()
    }
    let savesStates = settings.saveStep.isDue(at: step)
    if savesStates { names.append("states-\(step).ckpt") }
    for name in names { progress.saved[name] = step }
    guard !names.isEmpty || isRecoveryDue else { return }
    // Of states alone those of the last seconds may be lost with the machine's
    // power: flushing each costs more than the steps between them.
    let isFlushed =
      isRecoveryDue || isOver
      || names.contains { CheckpointFolder.step(ofStates: $0) == nil }
    let checkpoint = try checkpoint(flushed: isFlushed)
    try folder.checkpoints.save(
      checkpoint, as: names, keepingStates: settings.maxKeep,
      flushed: isFlushed)
    removeOvertaken()
    if isExact, savesStates || isRecoveryDue {
      // Not the same file as a best one: damage must not take both.
      try keepForResuming(
        checkpoint,
        sameAs: names.first { CheckpointFolder.step(ofStates: $0) != nil },
        flushed: isFlushed)
    }
  }

  /// Evaluates every split that is due and gives the names that the task
  /// asks to save under.
  private func evaluateAll() throws -> [String] {
    var names: [String] = []
    try beforeEvaluation {
      var figures: Figures = []
      let splits = settings.evalSplits.filter {
        settings.evaluates($0, at: step)
      }
      for split in splits {
        let records = try evaluate(split, flushed: false)
        figures += records.metrics.map { (split, $0.name, $0.value) }
        for name in records.saveAs where !names.contains(name) {
          names.append(name)
          let isTest = expert.description.testSplits.contains(split)
          if best == nil || best?.split == split, !isTest {
            progress.best = TrainingProgress.Best(split: split, file: name)
          }
        }
      }
      // Of the checkpoint that counts, or would count if none is better.
      if best == nil || names.contains(where: { $0 == best?.file }) {
        progress.figures = Dictionary(
          figures.map { ("\($0.split)-\($0.metric)", $0.value) },
          uniquingKeysWith: { $1 })
      }
      names += try monitor(figures)
      try evaluateAverage(on: splits)
    }
    return names
  }

  /// Runs the expert over `split` without dropout or gradients, and keeps
  /// what it reports.
  package func evaluate(
    _ split: String, flushed: Bool = true
  ) throws -> SplitRecords {
    let records = try records(of: split)
    let every = settings.predictionsEvery
    try folder.record(
      records, split: split, step: step, expert: expert,
      archives: every > 0 && settings.evalStep.isDue(at: step)
        && settings.evalStep.count(by: step) % every == 0,
      flushed: flushed)
    return records
  }

  /// Evaluates `split` once training is over, with the checkpoint that was
  /// chosen if one was. That is of an earlier step, so its figures are no
  /// point of the curves, which would end in them.
  package func evaluateChosen(_ split: String) throws -> SplitRecords {
    guard let chosen = best.flatMap({ saved[$0.file] }) else {
      return try evaluate(split)
    }
    let records = try records(of: split)
    try folder.keep(records, split: split, step: chosen, expert: expert)
    return records
  }

  /// Runs the expert over `split` without dropout or gradients, and keeps
  /// nothing.
  package func records(of split: String) throws -> SplitRecords {
    try SplitEvaluation(
      engine: engine, expert: expert, feed: feed, report: report,
      ratio: settings.evaluateRatio,
      leavingOut: { try self.leaveOut($0, of: split) }
    ).records(of: split, step: step)
  }
}
