import TaskKit

/// Emotion recognition: neutral, happy, angry or sad; five folds.
final class EmotionRecognition: ClassifyingExpert, PredictingExpert {
  static let descriptor = TaskDescriptor(
    id: "emotion", title: "emotion recognition",
    summary: "Names the emotion of an utterance: neutral, happy, angry or "
      + "sad.",
    aliases: ["er"], metrics: [.accuracy], corpora: ["iemocap"],
    scalarPrefix: "emotion")

  static let folds: Folds? = Folds(
    configKey: "datarc.test_fold", names: foldNames)

  private static let foldNames = (1...5).map { "fold\($0)" }

  let classifier: UtteranceClassifier
  private let corpus: IEMOCAP
  private let fold: String
  private let batching: Batching

  init(_ context: TaskContext) throws {
    let config = context.config
    batching = try Batching(context, train: 4, evaluation: 4)
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
    try batching(corpus.items(split: pass.split), for: pass)
  }

  func filePrefix(of pass: Pass) -> String? {
    pass.isTraining ? nil : "\(pass.split)_\(fold)"
  }
}
