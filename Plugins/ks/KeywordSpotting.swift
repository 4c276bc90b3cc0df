import TaskKit

/// Keyword spotting: which of ten commands a clip holds, or another word, or
/// silence.
final class KeywordSpotting: ClassifyingExpert, PredictingExpert {
  static let descriptor = TaskDescriptor(
    id: "ks", title: "keyword spotting",
    summary: "Classifies one-second clips into ten commands, other words "
      + "and silence.",
    aliases: ["speech_commands"], metrics: [.accuracy],
    corpora: ["speech_commands", "speech_commands_test"],
    scalarPrefix: "speech_commands")

  let classifier: UtteranceClassifier
  private let context: TaskContext
  private let corpus: SpeechCommands
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

  /// In training and of dev as many draws with replacement as there are items,
  /// every class equally likely.
  func dataloader(for pass: Pass) throws -> any Dataloader {
    var items = try corpus.items(split: pass.split)
    guard pass.isTraining || pass.split == "dev" else {
      return try BatchPlan.sequential(items, batchSize: batchSize)
    }
    let crop = context.random("train-crop/\(pass.epoch)")
    for row in items.indices where items[row].audio.crop != nil {
      // Dev has a crop of its own, so that it is not scored on what was
      // trained on.
      items[row].audio.crop?.number =
        pass.isTraining ? crop.integer(below: crops, row) : crops
    }
    return try BatchPlan.sampled(
      items, weights: BatchPlan.balancedWeights(items), batchSize: batchSize,
      dropsLast: pass.isTraining,
      random: context.random("\(pass.split)-order/\(pass.epoch)"))
  }

  func prepared(_ audio: AudioSource) -> AudioSource {
    SpeechCommands.asHeard(audio)
  }

  func filePrefix(of pass: Pass) -> String? { pass.split }
}
