/// What classifiers of single frames share: cross entropy over all frames,
/// frame accuracy, and the best checkpoint of every split.
public final class FrameClassifier: Remembered {
  private let classCount: Int
  private let best: [String: BestScore]

  struct Memory: Codable {
    var tallies: [String: Tally] = [:]
  }

  struct Tally: Codable {
    var accuracy = Accuracy()
    var losses: [Double] = []
    /// Of evaluation; nil before the first.
    var shares: [RecordLog.Share]?
  }

  var memory = Memory()

  /// Makes "best.<split>.best_score" for each split whose best checkpoint is
  /// kept.
  public init(
    classes: Int, bestOf splits: [String] = ["dev", "test"],
    in parameters: Parameters
  ) throws {
    classCount = classes
    var best: [String: BestScore] = [:]
    for split in splits {
      best[split] = try BestScore(in: parameters["best"][split])
    }
    self.best = best
    parameters.context.remember(self)
  }

  /// The mean cross entropy of `logits` [frames, classes] against one label a
  /// frame, utterance by utterance; `ids` are theirs, in the same order, or
  /// none.
  public func loss(
    _ logits: Tensor, _ labels: [[UInt8]], ids: [String] = [], in pass: Pass
  ) throws -> Tensor {
    let counts = labels.map(\.count)
    let labels = labels.flatMap { $0.map(Int.init) }
    guard labels.allSatisfy((0..<classCount).contains) else {
      throw TaskError.corruptData(
        "a label that is not one of the \(classCount) classes")
    }
    let loss = logits.crossEntropy(labels)
    guard let value = loss.values.first else { return loss }
    var tally = memory.tallies.removeValue(forKey: pass.key) ?? Tally()
    tally.losses.append(Double(value))
    let isRight = zip(logits.argmax(), labels).map { $0 == $1 }
    for one in isRight { tally.accuracy.add(isCorrect: one) }
    if !pass.isTraining {
      var first = 0
      for (id, count) in zip(ids, counts) {
        let right = isRight[first..<first + count].count { $0 }
        first += count
        tally.shares =
          (tally.shares ?? []) + [
            RecordLog.Share(
              metric: "acc", id: id, counted: Double(right),
              possible: Double(count))
          ]
      }
    }
    memory.tallies[pass.key] = tally
    return loss
  }

  /// Reports "acc" and "loss", and asks for "best-states-<split>.ckpt" if the
  /// accuracy of an evaluation is the split's best so far.
  public func logRecords(of pass: Pass, into log: RecordLog) throws {
    guard let tally = memory.tallies.removeValue(forKey: pass.key),
      let accuracy = tally.accuracy.rate
    else { return }
    log.metric("acc", accuracy)
    log.metric(
      "loss", tally.losses.reduce(0, +) / Double(tally.losses.count))
    if let shares = tally.shares { try log.shares(shares, of: pass.split) }
    if !pass.isTraining, let best = best[pass.split],
      try best.improves(accuracy)
    {
      log.save(as: "best-states-\(pass.split).ckpt")
    }
  }
}
