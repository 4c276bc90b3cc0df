import Configuration
import Diagnostics
import Files
import Foundation
import Hosting
import Records

/// The trainings of one experiment at every learning rate of its grid, or at
/// some of them, in one pass over the data: each batch's features are read once
/// and go through all heads before the next is read.
///
/// Each head has an engine, an expert and a folder of its own, and every
/// number of it is what a training at that rate alone gives.
final class LearningRateSearch: HeadTraining {
  private struct Candidate {
    let rate: Double
    let session: ExperimentSession
    let trainer: Trainer
    /// On the rate's folder, as long as somebody trains there.
    let lock: FileLock
    /// Why it cannot go on.
    var failure: String?
  }

  typealias Making =
    (_ rate: Double, _ folder: String) throws -> (ExperimentSession, Trainer)

  private let folder: String
  private let split: String
  private let rates: [Double]
  private let make: Making
  private var candidates: [Candidate] = []

  /// - Parameters:
  ///   - rates: those to begin with; all of the grid if nil.
  ///   - make: a session and a trainer for one rate, in the folder given.
  init(
    _ settings: RunnerSettings, task: TaskDescription, folder: String,
    rates: [Double]? = nil, make: @escaping Making
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
    self.rates = settings.learningRates
    self.make = make
    candidates = try (rates ?? self.rates).map(candidate)
  }

  private func candidate(at rate: Double) throws -> Candidate {
    let path = Self.folder(for: rate, below: folder)
    try makeFolder(path)
    let lock = try FileLock(path: path + "/" + ExperimentFolder.lockName)
    let (session, trainer) = try make(rate, path)
    return Candidate(
      rate: rate, session: session, trainer: trainer, lock: lock)
  }

  /// Takes in the rates of the grid that it did not begin with, wherever
  /// others have brought them.
  func complete() throws {
    candidates = try rates.map { rate in
      try candidates.first { $0.rate == rate } ?? candidate(at: rate)
    }
  }

  /// Leaves in each rate's folder what it has cost here, where that can be
  /// written.
  func keepCosts(since start: Date) {
    for candidate in candidates {
      let cost = ProcessCost.current(
        since: start, upstreamPasses: candidate.session.upstreamPasses)
      try? JointCost.Share(
        cost: JointCost(
          tasks: [candidate.session.experiment.name],
          wallSeconds: cost.wallSeconds, cpuSeconds: cost.cpuSeconds,
          peakMemoryBytes: cost.peakMemoryBytes,
          upstreamPasses: cost.upstreamPasses),
        trainingSeconds: candidate.trainer.trainingSeconds,
        trainingTimes: candidate.trainer.times
      ).add(toFolder: Self.folder(for: candidate.rate, below: folder))
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
      let path = folder + "/" + name
      CheckpointFolder(path: path, experiment: nil) { _ in }.forgetResuming()
      JointCost.Share.remove(fromFolder: path)
    }
  }

  /// Trains all to their ends and chooses. The chosen one's checkpoints lie
  /// in the experiment's folder afterwards.
  func run() throws -> EndedTraining {
    try finishOrKeep()
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
      session: best.session, trainer: best.trainer, curve: curve,
      share: JointCost.Share.read(
        fromFolder: Self.folder(for: best.rate, below: folder)))
  }

  /// Trains all to their ends.
  ///
  /// - Throws: `Interrupted` if somebody asked to stop; the states are kept.
  func finishOrKeep() throws {
    do {
      try finish()
    } catch let error as Interrupted {
      keepForLater()
      throw error
    }
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
      } catch let error where Self.isOfTheRate(error) {
        candidates[index].failure = "\(error)"
      }
    }
  }

  /// Whether another rate may do better. A disk that is full is no property
  /// of a rate, and the choice among the others would not be the grid's.
  private static func isOfTheRate(_ error: any Error) -> Bool {
    switch error {
    case let error as UserError: error.isOfSystem != true
    case let failure as TaskFailure: !failure.isCancellation
    default: error is ContractBreach
    }
  }

  func keepForLater() {
    for candidate in candidates where candidate.failure == nil {
      candidate.trainer.keepForLater()
    }
  }

  /// Keeps the last states, for another process to begin with.
  func keepEnds() throws {
    for candidate in candidates
    where candidate.failure == nil && candidate.trainer.isOver {
      var last = try candidate.trainer.checkpoint()
      // Nothing follows that would miss what was not reported yet.
      last.progress.isExact = true
      try candidate.trainer.folder.checkpoints.keepForResuming(last)
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
