import Diagnostics
import Foundation
import Hosting
import Records
import Tensors
import Upstreams

/// The head of a checkpoint, ready to be asked: for the figures of a split,
/// or for what it says of the user's own audio.
package final class TrainedHead {
  /// The checkpoint's file.
  package let path: String
  package var task: TaskDescription { session.experiment.task }
  package var upstream: String { session.experiment.upstream }
  /// The updates that the head has seen.
  package var step: Int { checkpoint.progress.step }
  /// With the settings that it is asked under.
  package var experiment: Experiment { session.experiment }
  let session: ExperimentSession
  private let checkpoint: StoredCheckpoint
  private let firstFindings: FirstFindings
  private let note: (String) -> Void
  private var knowsItsData = false

  /// - Parameters:
  ///   - path: a checkpoint's file.
  ///   - catalog: where the task is found.
  ///   - origin: what else of the checkpoint may be used here.
  ///   - acceptsOther: whether the upstream may be another than the head was
  ///     trained on.
  ///   - edit: changes the experiment's settings.
  ///   - note: told of what its figures rest on and was not so in training.
  /// - Throws: `UserError` if the upstream is another and may not be.
  package init(
    _ path: String, catalog: TaskCatalog, origin: CheckpointOrigin,
    acceptsOther: Bool = false,
    edit: (inout Experiment) throws -> Void = { _ in },
    note: @escaping (String) -> Void = { _ in },
    progress: @escaping (String, Int, Int) -> Void = { _, _, _ in }
  ) throws {
    // As the workers that trained it do, so that figures are the same.
    Engine.flushSubnormals()
    self.path = path
    checkpoint = try StoredCheckpoint(path: path)
    var experiment = try origin.experiment(
      checkpoint.experiment(), at: path, catalog: catalog)
    try edit(&experiment)
    if experiment.numerics != NumericsRevision.text {
      note(
        "\(path): trained by a superb of other numbers (revision"
          + " \(experiment.numerics ?? "unknown"); this one computes"
          + " \(NumericsRevision.text)), so figures may differ")
    }
    session = try ExperimentSession(
      experiment, acceptsOther: acceptsOther, report: WorkerReport(progress))
    self.note = note
    firstFindings = FirstFindings(
      session.parameters, memory: try session.expert.remembered())
    try checkpoint.restore(session.parameters)
    if let bytes = try checkpoint.taskState {
      try session.expert.remember(bytes)
    }
  }

  /// Makes the features of a split that are not there yet.
  func prepare(_ split: String) throws {
    let spans = try session.feed.spans(
      training: session.settings.trainSplit, batchLimit: 0,
      evaluation: [split])
    try session.extract(Array(spans.values))
    try checkData()
  }

  /// The best of earlier evaluations is no figure of other data: where the
  /// corpus has changed, the head's task begins to look for it anew.
  private func checkData() throws {
    guard !knowsItsData else { return }
    knowsItsData = true
    do {
      try session.look(atDataOf: session.spans())
    } catch let error as UserError {
      return note(
        "\(path): whether the corpus is the one that the head was trained on"
          + " cannot be told: \(error)")
    }
    guard !session.hasData(of: checkpoint) else { return }
    note(
      "\(path): the corpus is not the one that the head was trained on; what"
        + " was best before is left out of its figures")
    try firstFindings.restore(session.parameters) {
      try session.expert.remember($0)
    }
  }

  /// How many recordings one answer is about.
  ///
  /// - Throws: `UserError` if the task gives no answers.
  package var recordingsPerAnswer: Int {
    get throws {
      guard let count = session.expert.recordingsPerAnswer, count > 0 else {
        throw UserError(
          "the task '\(task.id)' makes no predictions", at: path,
          fix: "superb evaluate gives its figures")
      }
      return count
    }
  }

  /// What the head says of as many recordings as an answer is about.
  package func predict(_ recordings: [String]) throws -> Prediction {
    guard try recordings.count == recordingsPerAnswer else {
      throw UserError(
        "an answer of '\(task.id)' is about \(try recordingsPerAnswer)"
          + " recordings, and \(recordings.count) are given")
    }
    let spans = try recordings.map(session.expert.span)
    try session.extract(spans)
    return try session.engine.evaluating {
      defer { session.engine.endStep() }
      let (frames, offsets) = try session.feed.features(of: spans)
      return try session.expert.predict(
        ids: recordings.map {
          (($0 as NSString).lastPathComponent as NSString)
            .deletingPathExtension
        }, frames: frames, offsets: offsets)
    }
  }
}

extension TrainedHead {
  /// The names of the task that the checkpoint at `path` belongs to, without
  /// loading its library.
  package static func taskNames(of path: String) throws -> [String] {
    try StoredCheckpoint(path: path).experiment().task.names
  }
}
