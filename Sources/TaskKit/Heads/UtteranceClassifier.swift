/// A whole classifier behind its data: head, cross entropy, accuracy, the best
/// checkpoint by dev accuracy, and the files of predictions. An item's tag is
/// its class, or the number of its combination of labels.
public final class UtteranceClassifier {
  private let head: (Batch) -> Tensor
  /// Classes of each label; the logits of the labels stand side by side.
  private let widths: [Int]
  private let labels: (Int) -> [Int]
  private let text: ([Int]) -> String
  private let best: BestScore
  private let records: ClassificationRecords
  private let files: (loss: String, separator: String, ending: String)

  /// One label an utterance, by ``UtteranceLevel``, whose names begin at
  /// `parameters`, by default the root. `className` is how predictions and
  /// truths are written.
  public convenience init(
    classes: Int, in parameters: Parameters? = nil, _ context: TaskContext,
    className: @escaping (Int) -> String
  ) throws {
    let head = try UtteranceLevel(classes: classes, in: parameters, context)
    try self.init(
      classes: classes, in: parameters, context, className: className,
      head: { head($0) })
  }

  /// One label an utterance, by a head of the task's own, whose parameters
  /// have been made: a batch -> logits [utterances, classes].
  public init(
    classes: Int, in parameters: Parameters? = nil, _ context: TaskContext,
    className: @escaping (Int) -> String, head: @escaping (Batch) -> Tensor
  ) throws {
    self.head = head
    widths = [classes]
    labels = { [$0] }
    text = { $0.map(className).joined() }
    files = ("loss", " ", "txt")
    best = try BestScore(in: parameters ?? context.parameters)
    records = ClassificationRecords(context)
  }

  /// Several labels an utterance, by ``UtteranceLevel``. The loss, reported as
  /// `loss`, is the sum of the labels' cross entropies, all of which must be
  /// right; predictions are written as comma-separated values.
  public init(
    _ slots: LabelSlots, loss: String, _ context: TaskContext
  ) throws {
    widths = slots.values.map(\.count)
    let head = try UtteranceLevel(classes: widths.reduce(0, +), context)
    self.head = { head($0) }
    labels = slots.labels(of:)
    text = slots.text
    files = (loss, ",", "csv")
    best = try BestScore(in: context.parameters)
    records = ClassificationRecords(context)
  }

  /// The logits of each label.
  private func blocks(_ logits: Tensor) -> [Tensor] {
    var first = 0
    return widths.count == 1
      ? [logits]
      : widths.map { width in
        defer { first += width }
        return logits.columns(first..<first + width)
      }
  }

  /// The likeliest value of each label of the batch's only utterance; labels
  /// are taken for independent.
  public func answer(_ batch: Batch) -> Answer {
    let blocks = blocks(head(batch)).map { $0.softmax() }
    guard blocks.allSatisfy({ !$0.isNull }) else { return Answer("") }
    return Answer(
      text(blocks.flatMap { $0.argmax() }),
      probability: blocks.reduce(1) { $0 * Double($1.values.max() ?? 0) })
  }

  /// The cross entropy of the batch, summed over labels.
  public func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    let classCount = widths.reduce(1, *)
    guard batch.tags.allSatisfy((0..<classCount).contains) else {
      throw TaskError.corruptData(
        "a label that is not one of the \(classCount) classes")
    }
    let truths = batch.tags.map(labels)
    let blocks = blocks(head(batch))
    let losses = blocks.enumerated().map { label, block in
      block.crossEntropy(truths.map { $0[label] })
    }
    let loss = losses.dropFirst().reduce(losses[0], +)
    guard !loss.isNull else { return loss }
    let predicted = blocks.map { $0.argmax() }
    records.add(
      truths.indices.map { row in
        ClassificationRecords.Outcome(
          id: batch.ids[row], predicted: text(predicted.map { $0[row] }),
          truth: text(truths[row]))
      }, loss: loss, in: pass)
    return loss
  }

  /// Reports "acc" and the loss, the predictions, the files
  /// `<filePrefix>_predict` and `<filePrefix>_truth` unless `filePrefix` is
  /// nil, and asks for "dev-best.ckpt" if "dev" is evaluated and its accuracy
  /// is the best so far.
  public func logRecords(
    of pass: Pass, filePrefix: String?, into log: RecordLog
  ) throws {
    guard let summary = records.take(pass) else { return }
    log.metric("acc", summary.accuracy)
    log.metric(files.loss, summary.loss)
    summary.report(into: log)
    if let filePrefix {
      try log.file(
        "\(filePrefix)_predict.\(files.ending)",
        summary.lines(separator: files.separator, \.predicted))
      try log.file(
        "\(filePrefix)_truth.\(files.ending)",
        summary.lines(separator: files.separator, \.truth))
    }
    if pass.evaluates("dev"), try best.improves(summary.accuracy) {
      log.save(as: "dev-best.ckpt")
    }
  }
}
