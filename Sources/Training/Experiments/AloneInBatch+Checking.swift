import Hosting
import Records
import Tensors

extension AloneInBatch {
  /// Utterances that are asked in both ways.
  private static let sample = 8

  /// Asks the trained head about some utterances of a split together, and
  /// about each by itself. What the task has found before stays.
  ///
  /// - Returns: nil for a task that does not answer about one recording at a
  ///   time, or cannot report a part of the split.
  init?(_ trainer: Trainer, on split: String) {
    guard trainer.expert.recordingsPerAnswer == 1 else { return nil }
    let findings = trainer.parameters.filter(\.isBuffer).map {
      ($0, Array($0.values))
    }
    let memory = (try? trainer.expert.remembered()) ?? nil
    defer {
      for (finding, values) in findings { try? finding.assign(values) }
      if let memory { try? trainer.expert.remember(memory) }
    }
    guard let found = try? Self.answers(trainer, on: split),
      found.together.count > 1
    else { return nil }
    self.init(
      utterances: found.together.count,
      differing: found.together.keys.filter {
        found.alone[$0]?.predicted != found.together[$0]?.predicted
      }.sorted())
  }

  private typealias Answers = [String: SplitRecords.Prediction]

  private static func answers(
    _ trainer: Trainer, on split: String
  ) throws -> (together: Answers, alone: Answers) {
    let pass = ExpertPass.evaluation(of: split, step: trainer.step)
    return try trainer.engine.evaluating {
      let loader = try trainer.feed.batches(for: pass)
      let some = min(loader.count, sample)
      var places: [ExpertBatch.Place] = []
      for index in 0..<some {
        let batch = try loader.batch(index * loader.count / some)
        let share = (sample - places.count + some - index - 1) / (some - index)
        places += batch.items.indices.prefix(share).map { (batch, $0) }
      }
      func answers(_ places: [ExpertBatch.Place]) throws -> Answers {
        defer { trainer.engine.endStep() }
        try ExpertBatch.withUtterances(places) { batch in
          let (frames, offsets) = try trainer.feed.features(
            of: batch.items.map(\.span))
          _ = try trainer.expert.forward(
            batch, in: pass, frames: frames, offsets: offsets)
        }
        return Dictionary(
          try trainer.expert.records(of: pass).predictions.map { ($0.id, $0) },
          uniquingKeysWith: { first, _ in first })
      }
      let together = try answers(places)
      var alone: Answers = [:]
      for place in places {
        alone.merge(try answers([place])) { first, _ in first }
      }
      return (together, alone)
    }
  }
}
