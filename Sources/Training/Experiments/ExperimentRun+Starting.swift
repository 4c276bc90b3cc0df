import Diagnostics
import Files
import Foundation
import Records
import Tensors
import Upstreams

/// Where training begins: at nothing, at the checkpoint that the experiment
/// is to begin with, or where it was cut short.
extension ExperimentRun {
  /// Puts training where it stood when it was cut short, or at its start.
  func begin(_ trainer: Trainer, of session: ExperimentSession) throws {
    let checkpoints = trainer.folder.checkpoints
    if let checkpoint = checkpoints.furthest() {
      if session.hasData(of: checkpoint) {
        try trainer.resume(from: checkpoint)
        session.noteData(in: &trainer.progress)
        return
      }
      try beginAnew(trainer, of: session)
      return trainer.folder.notice(Self.otherData)
    }
    try beginAnew(trainer, of: session)
  }

  /// Said where training cannot go on because the corpus is another.
  static let otherData =
    "the corpus is not what it was when this training was cut short: it begins"
    + " anew"

  /// Said where figures of an experiment are not those of its continuation.
  static let otherEvaluations =
    "evaluations are not what they were for the checkpoint (its data, upstream,"
    + " program or settings are others): what was best by them is forgotten"

  /// Puts training at its start: at nothing, or at the checkpoint that the
  /// experiment begins with.
  func beginAnew(_ trainer: Trainer, of session: ExperimentSession) throws {
    try trainer.folder.beginAnew()
    try describe(session, in: trainer.folder)
    defer { session.noteData(in: &trainer.progress) }
    guard let start = experiment.start else { return }
    let checkpoint = try StoredCheckpoint(path: start.path)
    switch start.kind {
    case .weights:
      try checkpoint.restore(weights(of: trainer, from: checkpoint))
    case .everything:
      try trainer.resume(from: checkpoint, isOwn: false)
      if trainer.step >= session.settings.totalSteps {
        trainer.folder.notice(
          "the checkpoint is of step \(trainer.step), and training ends at"
            + " \(session.settings.totalSteps): nothing more is trained;"
            + " --init-weights begins a new training with its weights")
      }
      guard session.hasData(of: checkpoint),
        try experiment.evaluates(as: checkpoint.experiment())
      else {
        try trainer.forgetEvaluations()
        return trainer.folder.notice(Self.otherEvaluations)
      }
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
            + " of this one (--init-weights)")
      }
      try AtomicFile.write(bytes, to: path + "/" + name)
    }
  }
}
