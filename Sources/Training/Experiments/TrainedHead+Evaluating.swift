import Diagnostics
import Hosting
import Records
import Tensors

extension TrainedHead {
  /// All that the task reports of a split.
  package struct SplitReport {
    package var records: SplitRecords
    /// Why batches were left out, as many as were allowed to be.
    package var skipped: [String]
  }

  /// The splits that a user means by a name: the task's own of that name,
  /// else what the name stands for everywhere. `test` are the test splits,
  /// `dev` and `valid` those that choose, `train` that of the training.
  ///
  /// - Throws: what the task says of a split that it does not have.
  package func splits(meantBy name: String) throws -> [String] {
    if task.testSplits.contains(name) { return [name] }
    do {
      _ = try session.expert.dataloader(for: .evaluation(of: name))
      return [name]
    } catch let error as TaskFailure where !error.isBug {
      let settings = session.settings
      let choosing = settings.evalSplits.filter {
        !task.testSplits.contains($0)
      }
      let meant =
        switch name {
        case "test", "eval": task.testSplits
        case "dev", "valid", "validation":
          choosing.isEmpty ? settings.layerSplit.map { [$0] } ?? [] : choosing
        case "train": [settings.trainSplit]
        default: [String]()
        }
      if meant.isEmpty { throw error }
      return meant
    }
  }

  /// All that the task reports of `split`; predictions come with what the
  /// task's items say of themselves.
  ///
  /// - Parameters:
  ///   - ignored: batches that may fail.
  ///   - asksForConfidence: whether each prediction also gets the score that
  ///     `superb predict` would show, as `confidence`.
  package func report(
    on split: String, ignoring ignored: Int = 0,
    asksForConfidence: Bool = false
  ) throws -> SplitReport {
    try prepare(split)
    var skipped: [String] = []
    var attributes: [String: [String: String]] = [:]
    var evaluation = SplitEvaluation(
      engine: session.engine, expert: session.expert, feed: session.feed,
      report: session.report, ratio: session.settings.evaluateRatio)
    evaluation.leavingOut = { error in
      guard Trainer.isIgnorable(error), skipped.count < ignored else {
        throw error
      }
      skipped.append("\(error)")
    }
    evaluation.noting = { batch in
      for (index, item) in batch.items.enumerated() {
        let own = batch.attributes(of: index)
        if !own.isEmpty { attributes[item.id] = own }
      }
    }
    var records = try evaluation.records(of: split, step: step)
    let scores = asksForConfidence ? try confidences(on: split) : [:]
    for index in records.predictions.indices {
      let id = records.predictions[index].id
      if let own = attributes[id] {
        records.predictions[index].attributes =
          own.merging(records.predictions[index].attributes ?? [:]) { $1 }
      }
      if let score = scores[id] {
        records.predictions[index].scores =
          (records.predictions[index].scores ?? [:])
          .merging(["confidence": [score]]) { $1 }
      }
    }
    return SplitReport(records: records, skipped: skipped)
  }

  /// How sure the head is of its answer to each utterance.
  ///
  /// - Throws: `UserError` if the task gives no scores.
  private func confidences(on split: String) throws -> [String: Double] {
    guard session.expert.recordingsPerAnswer == 1 else {
      throw UserError(
        "the task '\(task.id)' does not say how sure it is of an utterance",
        at: path, fix: "choose worst cases by error")
    }
    var scores: [String: Double] = [:]
    try session.engine.evaluating {
      let loader = try session.feed.batches(for: .evaluation(of: split))
      for index in 0..<loader.count {
        try session.report.checkCancelled()
        for item in try loader.batch(index).items where scores[item.id] == nil {
          defer { session.engine.endStep() }
          let (frames, offsets) = try session.feed.features(of: [item.span])
          scores[item.id] = try session.expert.predict(
            ids: [item.id], frames: frames, offsets: offsets
          ).score
        }
      }
    }
    return scores
  }
}
