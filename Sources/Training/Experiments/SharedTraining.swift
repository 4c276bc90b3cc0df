import Diagnostics
import Files
import Foundation
import Upstreams

/// Heads that train one upstream together, a step each in turn.
///
/// None of them goes on without the others, since what the upstream becomes
/// depends on all. So their state is kept as one, with the upstream in it
/// once; when all are at their ends, each has its last state in its own
/// folder, and its worker makes its figures.
package final class SharedTraining {
  private let trainers: [Trainer]
  private let upstream: TrainedUpstream
  private let state: CheckpointFolder
  private let notice: (String) -> Void

  /// - Parameters:
  ///   - folders: the experiments', in the order of their turns.
  ///   - notice: told of damage that was worked around.
  package init(
    _ trainers: [Trainer], of upstream: TrainedUpstream, folders: [String],
    notice: @escaping (String) -> Void
  ) {
    self.trainers = trainers
    self.upstream = upstream
    self.notice = notice
    state = CheckpointFolder(
      path: Self.folder(of: folders), experiment: nil, report: notice)
    for trainer in trainers {
      trainer.resumeStateWriter = {
        [unowned self, unowned trainer] checkpoint in
        try keep(checkpoint, of: trainer)
      }
    }
  }

  /// Where the state of these experiments is kept while they train.
  private static func folder(of folders: [String]) -> String {
    (folders.first ?? ".") + "/joint"
  }

  /// Whether the experiment in `folder` has its last state, of a training with
  /// those in `folders`.
  package static func isOver(_ folder: String, among folders: [String]) -> Bool
  {
    let files = FileManager.default
    return !files.fileExists(atPath: self.folder(of: folders))
      && CheckpointFolder(path: folder, experiment: nil) { _ in }.canResume
  }

  /// Removes the state of a training that cannot go on.
  package static func forget(_ folders: [String]) {
    try? FileManager.default.removeItem(atPath: folder(of: folders))
  }

  /// Continues where an earlier process stopped; false if there is nothing to
  /// continue, or if it was trained on other data.
  ///
  /// - Parameter sessions: the trainers', in their order.
  func resume(_ sessions: [ExperimentSession]) throws -> Bool {
    guard let stored = state.furthest() else { return false }
    let members = try trainers.indices.map { try stored.member($0) }
    guard zip(members, sessions).allSatisfy({ $1.hasData(of: $0) }) else {
      notice(ExperimentRun.otherData)
      return false
    }
    for (trainer, member) in zip(trainers, members) {
      try trainer.resume(from: member)
    }
    return true
  }

  /// Trains all to their ends.
  ///
  /// - Parameter turn: told whose step is next.
  /// - Throws: `Interrupted` if somebody asked to stop; the state is kept.
  package func run(turn: (Int) -> Void) throws {
    while let place = next {
      turn(place)
      let trainer = trainers[place]
      if trainer.progress.awaitsEvaluation {
        try trainer.completeStep()
        continue
      }
      let step = trainer.step
      // Another's step must not come between the batches of one.
      repeat {
        try trainer.advance()
      } while trainer.step == step && !trainer.isOver
    }
    for (place, trainer) in trainers.enumerated() {
      turn(place)
      var last = try trainer.checkpoint()
      // Nothing follows that would miss what was not reported yet.
      last.progress.isExact = true
      try trainer.folder.checkpoints.keepForResuming(last)
    }
    try removeAll(state.path)
  }

  /// The head that stands furthest back, the first of equals; before it, one
  /// whose evaluation is due, since the upstream must be what it was.
  private var next: Int? {
    let going = trainers.indices.filter { !trainers[$0].isOver }
    return going.first { trainers[$0].progress.awaitsEvaluation }
      ?? going.min { trainers[$0].step < trainers[$1].step }
  }

  /// Keeps the state of all: what `trainer` says of itself, and where the
  /// others stand between their steps.
  private func keep(_ checkpoint: Checkpoint, of trainer: Trainer) throws {
    guard trainers.allSatisfy(\.isExact) else { return }
    let whole = JointCheckpoint(
      members: try trainers.map {
        $0 === trainer ? checkpoint : try $0.checkpoint()
      }, shared: Set(upstream.parameters.map(\.name)))
    var clock = trainer.recovery
    try makeFolder(state.path)
    try clock.timing(step: trainer.step) {
      try state.keepForResuming { try whole.write(to: $0) }
    }
    for trainer in trainers { trainer.recovery = clock }
  }
}
