import Diagnostics
import Foundation
import Hosting
import Records

/// One experiment from its first audio file to its result, in its folder.
struct ExperimentRun {
  let folder: String
  let experiment: Experiment
  let report: WorkerReport

  /// - Parameter folder: an experiment's folder with its `experiment.json`.
  init(folder: String, report: WorkerReport) throws {
    self.folder = folder
    self.report = report
    experiment = try Experiment.read(from: folder)
  }

  /// Extracts, trains and evaluates.
  ///
  /// - Parameter started: when the process began to work for the experiment.
  /// - Returns: with the corpora that it rests on. The result may be the one
  ///   that lay in the folder, if these are as they were for it.
  func result(since started: Date) throws -> (ExperimentResult, CorpusStamp?) {
    report.progress("starting", done: 0, total: 0)
    let session = try ExperimentSession(
      experiment, alignments: AlignmentJournal(folder: folder), report: report)
    try extract(session)
    if let earlier = try standingResult(session) {
      return (earlier, session.corpus)
    }
    let training = try train(session)
    let layerChoice = try chooseLayer(training)
    if session.settings.totalSteps == 0 {
      try keepUntrained(training, layerChoice)
    }
    let result = try ExperimentResult(
      of: training, layerChoice: layerChoice,
      besides: JointCost.Share.read(fromFolder: folder), since: started)
    return (result, session.corpus)
  }

  /// The result in the folder, which whoever starts a worker leaves there to
  /// have it ask the task whether its corpora are still the same. If they are
  /// not, it is put aside.
  private func standingResult(
    _ session: ExperimentSession
  ) throws -> ExperimentResult? {
    guard let result = ExperimentResult.read(fromFolder: folder),
      result.status == .done
    else { return nil }
    let earlier = CorpusStamp.read(fromFolder: folder)
    let lists = earlier.flatMap { session.corpus?.otherLists(than: $0) } ?? []
    let hasItems =
      result.dataDigest == session.dataDigest
      && (earlier == nil || earlier?.items == session.corpus?.items)
    if hasItems, lists.isEmpty { return result }
    try ExperimentResult.putAside(inFolder: folder)
    let what =
      hasItems
      ? "other lists (\(CorpusStamp.Verdict.names(lists)))"
      : "other utterances"
    report.notice(
      "the corpus has \(what) than its result was made with: it is trained"
        + " again, and the result is kept in"
        + " \(folder)/\(ExperimentResult.earlierName)")
    return nil
  }

  /// Removes what only an experiment without a result needs.
  func forgetResuming() {
    CheckpointFolder(path: folder, experiment: nil) { _ in }.forgetResuming()
    LearningRateSearch.forgetResuming(in: folder)
    AlignmentJournal(folder: folder).remove()
    JointCost.Share.remove(fromFolder: folder)
  }

  /// Makes sure that the features of every utterance are there that the
  /// experiment will ask for.
  func extract(_ session: ExperimentSession) throws {
    let spans = try session.spans()
    try DataCounts(utterances: session.feed.utterances).write(to: folder)
    try session.extract(Array(spans.values))
    if session.trained == nil {
      try StateNorms(
        of: spans.sorted { $0.key < $1.key }.map(\.value), in: session.source
      )?.write(toFolder: folder)
    }
    try session.look(atDataOf: spans)
  }

  private func train(_ session: ExperimentSession) throws -> EndedTraining {
    guard session.settings.searchesLearningRate else {
      let trainer = try begunTrainer(of: session)
      try checkItMayGoOn(trainer)
      try trainer.train()
      return EndedTraining(session: session, trainer: trainer)
    }
    let folder = try openFolder()
    let ended = try searched(beginningWith: session)
    // The last figures alone go there; perhaps they were begun before.
    try folder.rewind(to: nil)
    ended.trainer.folder = folder
    return ended
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
      at: folder, fix: "run them all again with --multitask")
  }

  /// Has a task that trains nothing use the layer that does best, where the
  /// configuration wants one to be chosen.
  private func chooseLayer(_ training: EndedTraining) throws -> LayerChoice? {
    let featurizer = training.session.featurizer
    let choice = try training.session.settings.layerSplit.flatMap {
      try LayerChoice.made(
        on: $0, by: experiment.task.metrics[0],
        among: featurizer.choosableLayers
      ) { layer, split in
        featurizer.use(layer: layer)
        return try training.trainer.evaluate(split)
      }
    }
    if let choice { featurizer.use(layer: choice.layer) }
    return choice
  }

  /// A task that trains nothing can be asked again, too: its checkpoint says
  /// what it is and which layer it has chosen.
  private func keepUntrained(
    _ training: EndedTraining, _ choice: LayerChoice?
  ) throws {
    var chosen = experiment
    if let choice { chosen.feature.layer = choice.layer }
    let checkpoints = CheckpointFolder(path: folder, experiment: chosen) { _ in
    }
    try checkpoints.save(
      checkpoints.checkpoint(
        training.session.parameters, training.trainer.optimizer,
        training.trainer.progress,
        taskState: try training.session.expert.remembered()),
      as: ["states-0.ckpt"], keepingStates: 1)
  }
}
