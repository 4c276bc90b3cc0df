import Configuration
import Diagnostics
import Files
import Foundation
import Hosting
import Records

/// The trainings of one experiment at every learning rate of its grid, in one
/// pass over the data: each batch's features are read once and go through
/// all heads before the next is read.
///
/// Each head has an engine, an expert and a folder of its own, and every
/// number of it is what a training at that rate alone gives.
final class LearningRateSearch: HeadTraining {
  private struct Candidate {
    let rate: Double
    let session: ExperimentSession
    let trainer: Trainer
    /// Why it cannot go on.
    var failure: String?
  }

  private let folder: String
  private let split: String
  private var candidates: [Candidate]

  /// - Parameters:
  ///   - make: a session and a trainer for one rate, in the folder given.
  init(
    _ settings: RunnerSettings, task: TaskDescription, folder: String,
    make: (_ rate: Double, _ folder: String) throws
      -> (ExperimentSession, Trainer)
  ) throws {
    guard
      let split = settings.evalSplits.first(where: {
        !task.testSplits.contains($0)
      })
    else {
      throw UserError(
        "runner.lr_grid needs a split to choose on, and all evaluation splits"
          + " are test splits", at: task.id,
        fix: "name another in runner.eval_dataloaders")
    }
    self.folder = folder
    self.split = split
    candidates = try settings.learningRates.map { rate in
      let (session, trainer) = try make(
        rate, Self.folder(for: rate, below: folder))
      return Candidate(rate: rate, session: session, trainer: trainer)
    }
  }

  static func folder(for rate: Double, below folder: String) -> String {
    "\(folder)/lr-\(rate)"
  }

  /// Removes what only a search that goes on needs.
  static func forgetResuming(in folder: String) {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix("lr-") {
      CheckpointFolder(path: folder + "/" + name, experiment: nil) { _ in }
        .forgetResuming()
    }
  }

  /// Trains all to their ends and chooses. The chosen one's checkpoints lie
  /// in the experiment's folder afterwards.
  func run() throws -> EndedTraining {
    do {
      try finish()
    } catch let error as Interrupted {
      keepForLater()
      throw error
    }
    for index in candidates.indices where candidates[index].failure == nil {
      do {
        try candidates[index].trainer.checkLosses()
      } catch let error as UserError {
        candidates[index].failure = "\(error)"
      }
    }
    let (best, curve) = try choose()
    try keepCheckpoints(of: best)
    let failures = candidates.compactMap { candidate in
      candidate.failure.map {
        "training at the learning rate \(candidate.rate) failed: \($0)"
      }
    }
    best.trainer.warn(failures + [curve.edgeWarning].compactMap(\.self))
    return EndedTraining(
      session: best.session, trainer: best.trainer, curve: curve)
  }

  private var going: [Int] {
    candidates.indices.filter {
      candidates[$0].failure == nil && !candidates[$0].trainer.isOver
    }
  }

  var isOver: Bool { going.isEmpty }

  /// Of all heads.
  var trainingSeconds: Double {
    candidates.reduce(0) { $0 + $1.trainer.trainingSeconds }
  }
  var times: TrainingTimes {
    candidates.map(\.trainer.times).reduce(TrainingTimes(), +)
  }

  /// One batch of each training that stands furthest back.
  func advance() throws {
    let going = going
    // After an interruption they may stand at different batches.
    let back = going.map { candidates[$0].trainer.progress.batches }.min()
    for index in going
    where candidates[index].trainer.progress.batches == back {
      do {
        try candidates[index].trainer.advance()
      } catch
        where error is UserError || error is ContractBreach
        || (error as? TaskFailure)?.isCancellation == false
      {
        candidates[index].failure = "\(error)"
      }
    }
  }

  func keepForLater() {
    for candidate in candidates where candidate.failure == nil {
      candidate.trainer.keepForLater()
    }
  }

  private func choose() throws -> (Candidate, LearningRateCurve) {
    let metrics = candidates[0].session.experiment.task.metrics
    // At the checkpoint whose test figures count: what another step was good
    // for is gone.
    func value(_ candidate: Candidate, _ metric: String) -> Double? {
      guard candidate.failure == nil else { return nil }
      return candidate.trainer.progress.figures?[split + "-" + metric]
        .flatMap { $0.isFinite ? $0 : nil }
    }
    for metric in metrics {
      let points = candidates.map { candidate in
        LearningRateCurve.Point(
          rate: candidate.rate, value: value(candidate, metric.name),
          bestStep: candidate.trainer.best.flatMap {
            candidate.trainer.saved[$0.file]
          })
      }.sorted { $0.rate < $1.rate }
      guard
        let best = LearningRateCurve.best(
          of: points, higherIsBetter: metric.higherIsBetter),
        let candidate = candidates.first(where: { $0.rate == best.rate })
      else { continue }
      return (
        candidate,
        LearningRateCurve(
          split: split, metric: metric.name, points: points,
          chosen: best.rate)
      )
    }
    throw UserError(
      candidates.lazy.compactMap(\.failure).first
        ?? "the task reports no figure on \(split), by which the learning rate"
        + " is to be chosen",
      at: candidates[0].session.experiment.task.id)
  }

  private func keepCheckpoints(of candidate: Candidate) throws {
    let source = Self.folder(for: candidate.rate, below: folder)
    for name in try names(inFolder: source) where name.hasSuffix(".ckpt") {
      let copy = folder + "/" + name
      unlink(copy)
      guard link(source + "/" + name, copy) == 0 else {
        throw UserError(
          "cannot keep the checkpoint: \(posixReason())", at: copy)
      }
    }
  }
}
