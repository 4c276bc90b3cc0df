import TaskKit

/// Speaker identification: which of 1251 speakers is it?
final class SpeakerIdentification: ClassifyingExpert, PredictingExpert {
  static let descriptor = TaskDescriptor(
    id: "sid", title: "speaker identification",
    summary: "Names the speaker of an utterance, one of 1251.",
    aliases: ["voxceleb1"], metrics: [.accuracy], corpora: ["voxceleb1"],
    scalarPrefix: "voxceleb1")

  let classifier: UtteranceClassifier
  private let corpus: VoxCeleb1
  private let batching: Batching

  init(_ context: TaskContext) throws {
    batching = try Batching(context, train: 8, evaluation: 1, crops: true)
    corpus = VoxCeleb1(
      try context.corpus("voxceleb1", unless: "datarc.file_path"),
      splitFile: try context.config.optionalString("datarc.meta_data"),
      progress: context.progress)
    classifier = try UtteranceClassifier(
      classes: VoxCeleb1.speakerCount, context, className: VoxCeleb1.speaker)
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    try batching(corpus.items(split: pass.split), for: pass)
  }
}
