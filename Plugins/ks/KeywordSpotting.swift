import TaskKit

/// Keyword spotting: which of ten commands a clip holds, or another word, or
/// silence.
final class KeywordSpotting: PredictingExpert {
  static let descriptor = TaskDescriptor(
    id: "ks", title: "keyword spotting",
    summary: "Classifies one-second clips into ten commands, other words "
      + "and silence.",
    aliases: ["speech_commands"], metrics: [.accuracy],
    corpora: ["speech_commands", "speech_commands_test"],
    scalarPrefix: "speech_commands")

  let pooling = Pooling.mean

  private let context: TaskContext
  private let corpus: SpeechCommands
  private let classifier: UtteranceClassifier
  private let batchSize: Int
  /// How many crops each background recording has for training.
  private let crops: Int

  init(_ context: TaskContext) throws {
    self.context = context
    let config = context.config
    batchSize = try config.integer(
      "datarc.batch_size", default: 32, atLeast: 1)
    crops = try config.integer("datarc.crops", default: 4, atLeast: 1)
    corpus = SpeechCommands(
      words: try context.corpus(
        "speech_commands", unless: "datarc.speech_commands_root"),
      test: try context.corpus(
        "speech_commands_test", unless: "datarc.speech_commands_test_root"))
    let classes = SpeechCommands.classes
    classifier = try UtteranceClassifier(
      classes: classes.count, context, className: { classes[$0] })
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    let items: [Item]
    switch pass.split {
    case "train": items = try corpus.train()
    case "dev": items = try corpus.dev()
    case "test": items = try corpus.test()
    default:
      throw TaskError.unknownSplit(
        pass.split, known: ["train", "dev", "test"])
    }
    if pass.isTraining {
      let crop = context.random("train-crop/\(pass.epoch)")
      return try balanced(
        items, pass, dropsLast: true,
        crop: { crop.integer(below: self.crops, $0) })
    }
    guard pass.split == "dev" else {
      return try BatchPlan.sequential(items, batchSize: batchSize)
    }
    // A crop of its own, so that dev is not scored on what was trained on.
    return try balanced(
      items, pass, dropsLast: false, crop: { _ in self.crops })
  }

  func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    try classifier.forward(batch, in: pass)
  }

  func prepared(_ audio: AudioSource) -> AudioSource {
    SpeechCommands.asHeard(audio)
  }

  func answer(_ batch: Batch) -> Answer { classifier.answer(batch) }

  func logRecords(of pass: Pass, into log: RecordLog) throws {
    try classifier.logRecords(
      of: pass, filePrefix: pass.split, into: log)
  }

  /// As many draws with replacement as there are items, every class equally
  /// likely. `crop` chooses the crop of a background recording by its row.
  private func balanced(
    _ items: [Item], _ pass: Pass, dropsLast: Bool, crop: (Int) -> Int
  ) throws -> BatchPlan {
    var items = items
    for row in items.indices where items[row].audio.crop != nil {
      items[row].audio.crop?.number = crop(row)
    }
    return try BatchPlan.sampled(
      items, weights: BatchPlan.balancedWeights(items), batchSize: batchSize,
      dropsLast: dropsLast,
      random: context.random("\(pass.split)-order/\(pass.epoch)"))
  }
}
