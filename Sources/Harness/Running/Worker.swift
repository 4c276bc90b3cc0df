import Configuration
import Diagnostics
import Files
import Foundation
import Tensors
import Upstreams

/// One experiment from its first audio file to its result, in the process
/// that runs it.
package struct Worker {
  /// The hidden command that the child process runs.
  package static let command = "worker"

  private let path: String
  let experiment: Experiment
  private let report: WorkerReport
  private let started = Date()

  /// - Parameter folder: an experiment's folder with its `experiment.json`.
  package init(folder: String) throws {
    path = folder
    experiment = try Experiment.read(from: folder)
    report = WorkerReport(descriptor: STDOUT_FILENO)
  }

  /// For one of several experiments of a process.
  init(folder: String, report: WorkerReport) throws {
    path = folder
    experiment = try Experiment.read(from: folder)
    self.report = report
  }

  /// Runs the experiment and writes `result.json`, whether it ends well or
  /// badly. Returns the process's exit code.
  package func run() -> Int32 {
    Lifeline.hold()
    Self.goBeforeOthersWhenMemoryRunsOut()
    Engine.flushSubnormals()
    do {
      // A worker of a run that was killed may still be on its way out.
      let lock = try FileLock(path: path + "/" + ExperimentFolder.lockName)
      defer { lock.unlock() }
      let result = try measure()
      try result.write(toFolder: path)
      CheckpointFolder(path: path, experiment: nil) { _ in }.forgetResuming()
      LearningRateSearch.forgetResuming(in: path)
      AlignmentJournal(folder: path).remove()
      JointCost.Share.remove(fromFolder: path)
      return ExitCode.done
    } catch is Interrupted {
      return ExitCode.interrupted
    } catch let failure as TaskFailure where failure.isCancellation {
      return ExitCode.interrupted
    } catch {
      let failure = Self.failure(of: error)
      StandardError.note(failure.reason)
      report.failed(failure)
      do {
        let result = try ExperimentResult(
          failed: experiment, failure: failure,
          cost: ProcessCost.current(
            since: started, upstreamPasses: 0, trainingSteps: 0,
            trainingSeconds: 0))
        try result.write(toFolder: path)
        return ExitCode.someFailed
      } catch {
        StandardError.note("\(error)")
        return ExitCode.of(error)
      }
    }
  }

  private func measure() throws -> ExperimentResult {
    report.progress("starting", done: 0, total: 0)
    let session = try ExperimentSession(
      experiment, alignments: AlignmentJournal(folder: path), report: report)
    let settings = session.settings
    try extract(session)

    let (trained, trainer, curve) = try train(session)
    let layerChoice = try settings.layerSplit.flatMap {
      try LayerChoice.made(
        on: $0, by: experiment.task.metrics[0],
        among: trained.featurizer.choosableLayers
      ) { layer, split in
        trained.featurizer.use(layer: layer)
        return try trainer.evaluate(split)
      }
    }
    if let layerChoice { trained.featurizer.use(layer: layerChoice.layer) }
    if settings.totalSteps == 0 {
      try keepUntrained(trained, layerChoice, trainer)
    }

    let figures =
      settings.extent == .data
      ? FinalFigures() : try FinalFigures(of: trainer, trained)

    var result = try ExperimentResult(
      done: experiment, metrics: figures.metrics,
      upstream: session.upstream.description,
      cost: ProcessCost.current(
        since: started, upstreamPasses: trained.upstreamPasses,
        trainingSteps: trainer.step,
        trainingSeconds: trainer.trainingSeconds))
    result.cost.peakTensorBytes = Int64(trained.peakTensorBytes)
    result.dataDigest = session.dataDigest
    result.bestStep = trainer.best.flatMap { trainer.saved[$0.file] }
    result.layerChoice = layerChoice
    result.learningRates = curve
    result.cost.trainingTimes = trainer.times
    if let share = JointCost.Share.read(fromFolder: path) {
      result.cost.joint = share.cost
      result.cost.trainingSeconds += share.trainingSeconds
      result.cost.trainingTimes? += share.trainingTimes
    }
    result.averages = figures.averages.isEmpty ? nil : figures.averages
    result.worstCases = figures.worstCases.isEmpty ? nil : figures.worstCases
    result.skippedBatches =
      trainer.progress.skipped.isEmpty ? nil : trainer.progress.skipped
    result.stoppedAt = trainer.progress.stopping.stoppedAt
    result.warnings = trainer.warnings
    return result
  }

  /// Makes sure that the features of every utterance are there that the
  /// experiment will ask for.
  func extract(_ session: ExperimentSession) throws {
    let spans = Array(try session.spans().values)
    try session.extract(spans)
    session.dataDigest = try session.source.dataDigest(of: spans)
  }

  /// The training at the configuration's learning rate, or at all of its
  /// grid, where it stood when it was cut short.
  func training(of session: ExperimentSession) throws -> any HeadTraining {
    Self.usesGrid(session)
      ? try search(session) : try begunTrainer(of: session, in: makeFolder())
  }

  private static func usesGrid(_ session: ExperimentSession) -> Bool {
    !session.settings.learningRates.isEmpty
      && session.settings.totalSteps > 0 && session.settings.extent == .full
  }

  /// Trains: the head whose figures count, and its trainer.
  private func train(
    _ session: ExperimentSession
  ) throws -> (ExperimentSession, Trainer, LearningRateCurve?) {
    let folder = try makeFolder()
    guard Self.usesGrid(session) else {
      let trainer = try begunTrainer(of: session, in: folder)
      try checkItMayGoOn(trainer)
      try trainer.train()
      return (session, trainer, nil)
    }
    let outcome = try search(session).run()
    // The last figures alone go there; perhaps they were begun before.
    try folder.rewind(to: nil)
    outcome.trainer.folder = folder
    outcome.trainer.warn(outcome.warnings)
    return (outcome.session, outcome.trainer, outcome.curve)
  }

  /// A head that trains its upstream together with others does so in their
  /// process; here it comes with its last state.
  private func checkItMayGoOn(_ trainer: Trainer) throws {
    guard let companions = experiment.fineTuning?.sharedBy, !trainer.isOver
    else { return }
    throw UserError(
      "the upstream is trained by several heads together, of the tasks "
        + companions.map(\.task).joined(separator: ", ")
        + ": one of them alone cannot go on",
      at: path, fix: "run them all again with --multitask")
  }

  /// A trainer whose state is kept by whoever trains several.
  func sharedTrainer(of session: ExperimentSession) throws -> Trainer {
    try makeTrainer(of: session, session.config, in: makeFolder())
  }

  private func search(
    _ session: ExperimentSession
  ) throws -> LearningRateSearch {
    var first: ExperimentSession? = session
    return try LearningRateSearch(
      session.settings, task: experiment.task, folder: path
    ) { rate, path in
      let head = try first.take() ?? ExperimentSession(besides: session)
      let trainer = try begunTrainer(
        of: head,
        try session.config.setting(
          ["optimizer", "lr"], to: ConfigValue(.float(rate))),
        in: makeFolder(path))
      return (head, trainer)
    }
  }

  private func makeFolder(_ path: String? = nil) throws -> ExperimentFolder {
    try ExperimentFolder(
      path: path ?? self.path,
      scalarPrefix: experiment.task.scalarPrefix
        + (experiment.fold.map { "-" + $0 } ?? ""), experiment: experiment,
      notice: { [report] in report.notice($0) })
  }

  private func begunTrainer(
    of session: ExperimentSession, _ config: ConfigValue? = nil,
    in folder: ExperimentFolder
  ) throws -> Trainer {
    let trainer = try makeTrainer(
      of: session, config ?? session.config, in: folder)
    try begin(trainer, of: session)
    return trainer
  }

  private func makeTrainer(
    of session: ExperimentSession, _ config: ConfigValue,
    in folder: ExperimentFolder
  ) throws -> Trainer {
    Trainer(
      engine: session.engine, expert: session.expert, feed: session.feed,
      settings: session.settings,
      optimizer: try session.makeOptimizer(config),
      schedule: try OptimizerSection.schedule(
        config, totalSteps: session.settings.totalSteps),
      folder: folder, report: report,
      checkpointSeconds: experiment.checkpointSeconds
        ?? RecoveryClock.standardSeconds)
  }

  /// Puts training where it stood when it was cut short, or at its start.
  private func begin(_ trainer: Trainer, of session: ExperimentSession) throws {
    let checkpoints = trainer.folder.checkpoints
    if let checkpoint = checkpoints.furthest() {
      if session.hasData(of: checkpoint) {
        try trainer.resume(from: checkpoint)
        trainer.progress.dataDigest = session.dataDigest
        return
      }
      try beginAnew(trainer, of: session)
      return trainer.folder.notice(Self.otherData)
    }
    try beginAnew(trainer, of: session)
  }

  /// Said where training cannot go on because the corpus is another.
  static let otherData =
    "the audio is not what it was when this training was cut short: it begins"
    + " anew"

  /// Puts training at its start: at nothing, or at the checkpoint that the
  /// experiment begins with.
  func beginAnew(_ trainer: Trainer, of session: ExperimentSession) throws {
    try trainer.folder.beginAnew()
    defer { trainer.progress.dataDigest = session.dataDigest }
    guard let start = experiment.start else { return }
    let checkpoint = try StoredCheckpoint(path: start.path)
    switch start.kind {
    case .weights:
      try checkpoint.restore(weights(of: trainer, from: checkpoint))
    case .everything:
      try trainer.resume(from: checkpoint, isOwn: false)
      try bring(trainer.saved, besides: start.path, to: trainer.folder.path)
    }
  }

  /// The trained parameters. An upstream that the checkpoint's training left
  /// as it was stays as it is.
  private func weights(
    of trainer: Trainer, from checkpoint: StoredCheckpoint
  ) throws -> [Parameter] {
    let isTuned = try checkpoint.experiment().fineTuning != nil
    guard !isTuned || trainer.feed.upstream != nil else {
      throw UserError(
        "the checkpoint's upstream was trained with its head, and here it is"
          + " not", at: checkpoint.path, fix: "say -f")
    }
    return (isTuned ? trainer.parameters : trainer.engine.parameters)
      .filter { !$0.isBuffer }
  }

  /// A task that trains nothing can be asked again, too: its checkpoint says
  /// what it is and which layer it has chosen.
  private func keepUntrained(
    _ session: ExperimentSession, _ choice: LayerChoice?, _ trainer: Trainer
  ) throws {
    var chosen = experiment
    if let choice { chosen.feature.layer = choice.layer }
    let checkpoints = CheckpointFolder(path: path, experiment: chosen) { _ in }
    try checkpoints.save(
      checkpoints.checkpoint(
        session.parameters, trainer.optimizer, trainer.progress,
        taskState: try session.expert.remembered()),
      as: ["states-0.ckpt"], keepingStates: 1)
  }

  /// Copies the checkpoints that lie beside the one at `start`: the best so
  /// far may stay the best.
  private func bring(
    _ names: [String: Int], besides start: String, to path: String
  ) throws {
    let files = FileManager.default
    var folder = (start as NSString).deletingLastPathComponent
    if (folder as NSString).lastPathComponent == CheckpointFolder.resumeName {
      folder = (folder as NSString).deletingLastPathComponent
    }
    for (name, step) in names.sorted(by: { $0.key < $1.key })
    where CheckpointFolder.step(ofStates: name) == nil {
      // A later step may have been better, and have taken its place.
      guard StoredCheckpoint.step(of: folder + "/" + name) == step,
        let bytes = files.contents(atPath: folder + "/" + name)
      else {
        throw UserError(
          "what was best at the checkpoint to continue is no longer there",
          at: folder + "/" + name,
          fix: "continue from the last checkpoint, or begin with the weights"
            + " of this one (-i)")
      }
      try AtomicFile.write(bytes, to: path + "/" + name)
    }
  }

  static func failure(of error: any Error) -> ExperimentResult.Failure {
    switch error {
    case let error as UserError:
      ExperimentResult.Failure(kind: .user, reason: error.description)
    case let error as TaskFailure:
      ExperimentResult.Failure(
        kind: error.isBug ? .task : .user, reason: error.description)
    default: ExperimentResult.Failure(kind: .bug, reason: "\(error)")
    }
  }

  /// The system ends somebody when memory runs out: rather a worker, which
  /// is one cell, than the run or what else the user has open.
  private static func goBeforeOthersWhenMemoryRunsOut() {
    guard let file = fopen("/proc/self/oom_score_adj", "w") else { return }
    fputs("500", file)
    fclose(file)
  }
}
