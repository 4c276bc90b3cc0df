import Foundation
import Records

/// The head whose figures count, after its last step.
struct EndedTraining {
  let session: ExperimentSession
  let trainer: Trainer
  /// How its learning rate was chosen, if there was a choice.
  var curve: LearningRateCurve?
  /// What other processes have spent on this head.
  var share: JointCost.Share?
}

extension ExperimentResult {
  /// What an experiment has come to: makes the last figures.
  ///
  /// - Parameters:
  ///   - share: what the experiment has cost in a process that has trained
  ///     several.
  ///   - started: when this process began to work for it.
  init(
    of training: EndedTraining, layerChoice: LayerChoice?,
    besides share: JointCost.Share?, since started: Date
  ) throws {
    let (session, trainer) = (training.session, training.trainer)
    try trainer.checkLosses()
    let shares = [share, training.share].compactMap(\.self)
    let figures =
      session.settings.extent == .data
      ? FinalFigures() : try FinalFigures(of: trainer, session)
    try self.init(
      of: session.experiment, upstream: session.upstream.description,
      metrics: figures.metrics, dataDigest: session.dataDigest,
      listsDigest: session.corpus?.listsDigest,
      bestStep: trainer.best.flatMap { trainer.saved[$0.file] },
      layerChoice: layerChoice, learningRates: training.curve,
      averages: figures.averages, worstCases: figures.worstCases,
      skippedBatches: trainer.progress.skipped,
      stoppedAt: trainer.progress.stopping.stoppedAt,
      warnings: trainer.warnings + figures.warnings
        + session.warnings.all.filter { !trainer.warnings.contains($0) },
      cost: ProcessCost.current(
        since: started, upstreamPasses: session.upstreamPasses,
        trainingSteps: trainer.step,
        trainingSeconds: shares.reduce(trainer.trainingSeconds) {
          $0 + $1.trainingSeconds
        },
        trainingTimes: shares.reduce(trainer.times) { $0 + $1.trainingTimes },
        peakTensorBytes: Int64(session.peakTensorBytes), joint: share?.cost))
    unsoundSteps = trainer.progress.unsoundSteps
    if let padded = session.paddedUtterances, padded > 0 {
      paddedUtterances = padded
    }
    if let silent = session.silentUtterances, silent > 0 {
      silentUtterances = silent
    }
    aloneInBatch = figures.alone
  }
}
