import TaskKit

/// Speaker identification: which of 1251 speakers is it?
final class SpeakerIdentification: PredictingExpert {
  static let descriptor = TaskDescriptor(
    id: "sid", title: "speaker identification",
    summary: "Names the speaker of an utterance, one of 1251.",
    aliases: ["voxceleb1"], metrics: [.accuracy], corpora: ["voxceleb1"],
    scalarPrefix: "voxceleb1")

  let pooling = Pooling.mean

  private let context: TaskContext
  private let corpus: VoxCeleb1
  private let classifier: UtteranceClassifier
  private let trainBatchSize: Int
  private let evalBatchSize: Int
  private let cropLength: Int
  /// How many crops each long utterance has for training.
  private let crops: Int

  init(_ context: TaskContext) throws {
    self.context = context
    let config = context.config
    trainBatchSize = try config.integer(
      "datarc.train_batch_size", default: 8, atLeast: 1)
    evalBatchSize = try config.integer(
      "datarc.eval_batch_size", default: 1, atLeast: 1)
    cropLength = try config.integer(
      "datarc.max_timestep", default: 128_000, atLeast: 1)
    crops = try config.integer("datarc.crops", default: 4, atLeast: 1)
    corpus = VoxCeleb1(
      try context.corpus("voxceleb1", unless: "datarc.file_path"),
      splitFile: try config.optionalString("datarc.meta_data"),
      progress: context.progress)
    classifier = try UtteranceClassifier(
      classes: VoxCeleb1.speakerCount, context, className: VoxCeleb1.speaker)
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    var items = try corpus.items(split: pass.split)
    guard pass.isTraining else {
      return try BatchPlan.sequential(items, batchSize: evalBatchSize)
    }
    let crop = context.random("train-crop/\(pass.epoch)")
    for row in items.indices {
      items[row].audio.crop = Crop(
        length: cropLength, number: crop.integer(below: crops, row))
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
      of: pass, filePrefix: pass.isTraining ? nil : pass.split, into: log)
  }
}
