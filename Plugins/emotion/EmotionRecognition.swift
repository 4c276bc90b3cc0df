import TaskKit

/// Emotion recognition: neutral, happy, angry or sad; five folds.
final class EmotionRecognition: PredictingExpert {
  static let descriptor = TaskDescriptor(
    id: "emotion", title: "emotion recognition",
    summary: "Names the emotion of an utterance: neutral, happy, angry or "
      + "sad.",
    aliases: ["er"], metrics: [.accuracy], corpora: ["iemocap"],
    scalarPrefix: "emotion")

  static let folds: Folds? = Folds(
    configKey: "datarc.test_fold", names: foldNames)

  private static let foldNames = (1...5).map { "fold\($0)" }

  let pooling = Pooling.mean

  private let context: TaskContext
  private let corpus: IEMOCAP
  private let classifier: UtteranceClassifier
  private let fold: String
  private let trainBatchSize: Int
  private let evalBatchSize: Int

  init(_ context: TaskContext) throws {
    self.context = context
    let config = context.config
    trainBatchSize = try config.integer(
      "datarc.train_batch_size", default: 4, atLeast: 1)
    evalBatchSize = try config.integer(
      "datarc.eval_batch_size", default: 4, atLeast: 1)
    fold = try config.choice(
      "datarc.test_fold", of: Self.foldNames, default: "fold1")
    corpus = IEMOCAP(
      try context.corpus("iemocap", unless: "datarc.root"),
      metaData: try config.optionalString("datarc.meta_data"),
      testSession: (Self.foldNames.firstIndex(of: fold) ?? 0) + 1,
      validRatio: try config.number("datarc.valid_ratio", default: 0.2))
    // s3prl reseeds with 0 before it makes this head.
    classifier = try UtteranceClassifier(
      classes: IEMOCAP.classes.count, in: context.parameters.seeded(0),
      context, className: { IEMOCAP.classes[$0] })
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    let items = try corpus.items(split: pass.split)
    guard pass.isTraining else {
      return try BatchPlan.sequential(items, batchSize: evalBatchSize)
    }
    return try BatchPlan.shuffled(
      items, batchSize: trainBatchSize,
      random: context.random("train-order/\(pass.epoch)"))
  }

  func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    try classifier.forward(batch, in: pass)
  }

  func answer(_ batch: Batch) -> Answer { classifier.answer(batch) }

  func logRecords(of pass: Pass, into log: RecordLog) throws {
    try classifier.logRecords(
      of: pass, filePrefix: pass.isTraining ? nil : "\(pass.split)_\(fold)",
      into: log)
  }
}
