import Hosting
import Records
import Tensors

/// Puts together what trains an experiment.
extension ExperimentRun {
  /// The training at the configuration's learning rate, or at all of its
  /// grid, where it stood when it was cut short.
  func training(of session: ExperimentSession) throws -> any HeadTraining {
    session.settings.searchesLearningRate
      ? try search(beginningWith: session) : try begunTrainer(of: session)
  }

  /// A trainer that stands where its training was cut short, or at its start.
  ///
  /// - Parameters:
  ///   - rate: in place of the configuration's.
  ///   - folder: the experiment's if nil.
  func begunTrainer(
    of session: ExperimentSession, learningRate rate: Double? = nil,
    in folder: ExperimentFolder? = nil
  ) throws -> Trainer {
    let trainer = try self.trainer(
      of: session, learningRate: rate, in: folder ?? openFolder())
    try begin(trainer, of: session)
    try report.checkAllStand(at: trainer.step)
    return trainer
  }

  /// A trainer that has not begun.
  func trainer(
    of session: ExperimentSession, learningRate rate: Double? = nil,
    in folder: ExperimentFolder
  ) throws -> Trainer {
    Trainer(
      engine: session.engine, expert: session.expert, feed: session.feed,
      settings: session.settings,
      optimizer: try session.makeOptimizer(learningRate: rate),
      schedule: try session.config.optimizer.schedule(
        totalSteps: session.settings.totalSteps, learningRate: rate),
      folder: folder, report: report,
      checkpointSeconds: experiment.checkpointSeconds
        ?? RecoveryClock.standardSeconds)
  }

  /// The experiment's folder, ready to be written to; another if `path` says
  /// so.
  func openFolder(at path: String? = nil) throws -> ExperimentFolder {
    try ExperimentFolder(
      path: path ?? folder,
      scalarPrefix: experiment.task.scalarPrefix
        + (experiment.trainedFold().map { "-" + $0 } ?? ""),
      experiment: experiment,
      notice: { [report] in report.notice($0) })
  }
}
