/// A whole single-label classifier behind its data: UtteranceLevel, cross
/// entropy, accuracy, the best checkpoint by dev accuracy, and the files of
/// predictions. An item's tag is its class.
public final class UtteranceClassifier {
  private let head: UtteranceLevel
  private let best: BestScore
  private let records: ClassificationRecords
  private let className: (Int) -> String
  private let classCount: Int

  /// `className` is how predictions and truths are written.
  public init(
    classes: Int, in parameters: Parameters? = nil, _ context: TaskContext,
    className: @escaping (Int) -> String
  ) throws {
    head = try UtteranceLevel(classes: classes, in: parameters, context)
    best = try BestScore(in: parameters ?? context.parameters)
    records = ClassificationRecords(context)
    self.className = className
    classCount = classes
  }

  /// The likeliest class of the batch's only utterance.
  public func answer(_ batch: Batch) -> Answer {
    let probabilities = head(batch).softmax().values
    let best = probabilities.indices.max {
      probabilities[$0] < probabilities[$1]
    }
    return best.map {
      Answer(className($0), probability: Double(probabilities[$0]))
    } ?? Answer("")
  }

  /// The mean cross entropy of the batch.
  public func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    guard batch.tags.allSatisfy((0..<classCount).contains) else {
      throw TaskError(
        .corruptData, "a label that is not one of the \(classCount) classes")
    }
    let logits = head(batch)
    let loss = logits.crossEntropy(batch.tags)
    let predicted = logits.argmax()
    records.add(
      zip(batch.ids.indices, predicted).map { index, predicted in
        ClassificationRecords.Outcome(
          id: batch.ids[index], predicted: className(predicted),
          truth: className(batch.tags[index]))
      }, loss: loss, in: pass)
    return loss
  }

  /// Reports "acc" and "loss", the predictions, the files
  /// `<filePrefix>_predict.txt` and `<filePrefix>_truth.txt` unless
  /// `filePrefix` is nil, and asks for "dev-best.ckpt" if "dev" is evaluated
  /// and its accuracy is the best so far.
  public func logRecords(
    of pass: Pass, filePrefix: String?, into log: RecordLog
  ) throws {
    guard let summary = records.take(pass) else { return }
    log.metric("acc", summary.accuracy)
    log.metric("loss", summary.loss)
    summary.report(into: log)
    if let filePrefix {
      try log.file("\(filePrefix)_predict.txt", summary.lines(\.predicted))
      try log.file("\(filePrefix)_truth.txt", summary.lines(\.truth))
    }
    if pass.evaluates("dev"), try best.improves(summary.accuracy) {
      log.save(as: "dev-best.ckpt")
    }
  }
}
