import TaskKit

/// Intent classification: an action, an object and a location for each
/// spoken command.
final class IntentClassification: ClassifyingExpert, PredictingExpert {
  static let descriptor = TaskDescriptor(
    id: "ic", title: "intent classification",
    summary: "Names the action, object and location of a spoken command.",
    aliases: ["fluent_commands"], metrics: [.accuracy],
    corpora: ["fluent_speech_commands"], scalarPrefix: "fluent_commands")

  let classifier: UtteranceClassifier
  private let corpus: FluentSpeechCommands
  private let batching: Batching

  init(_ context: TaskContext) throws {
    batching = try Batching(context, train: 32, evaluation: 32)
    corpus = try FluentSpeechCommands(
      root: context.corpus(
        "fluent_speech_commands", unless: "datarc.file_path"
      ).folder())
    classifier = try UtteranceClassifier(
      corpus.intents, loss: "intent_loss", context)
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    try batching(corpus.items(split: pass.split), for: pass)
  }

  func filePrefix(of pass: Pass) -> String? { pass.split }
}
