import TaskKit

/// The smallest whole task, to be copied: noise of five to twenty seconds,
/// and labels that mean nothing.
///
/// A task answers three questions: which utterances (`dataloader`), what loss
/// (`forward`), which figures (`logRecords`).
final class Example: DownstreamExpert {
  static let descriptor = TaskDescriptor(
    id: "example", title: "example",
    summary: "Noise with random labels: shows that everything runs.",
    metrics: [.accuracy], scalarPrefix: "example")

  /// Everything before the mean over time is affine, so the host may hand
  /// over the mean itself.
  let pooling = Pooling.mean

  private let context: TaskContext
  private let data: NoiseDataset
  private let batchSize: Int
  private let projector: Linear
  private let meanPooling = MeanPooling()
  private let classifier: Linear
  private let best: BestScore
  private let records = ClassificationRecords()

  /// Reads all of the configuration and makes all parameters.
  init(_ context: TaskContext) throws {
    self.context = context
    let config = context.config
    batchSize = try config.integer("datarc.batch_size", default: 2, atLeast: 1)
    data = try NoiseDataset(context)

    let width = try config.integer(
      "modelrc.input_dim", default: 256, atLeast: 1)
    projector = try Linear(
      from: context.upstreamDim, to: width,
      in: context.parameters["connector"])
    classifier = try Linear(
      from: width, to: data.classCount,
      in: context.parameters["model"]["linear"])
    best = try BestScore(in: context.parameters)
  }

  var memories: [any Remembered] { [records] }

  func dataloader(split: String, epoch: Int) throws -> any Dataloader {
    guard ["train", "dev", "test"].contains(split) else {
      throw TaskError.unknownSplit(split, known: ["train", "dev", "test"])
    }
    let items = try data.items(split: split)
    guard split == "train" else {
      return try BatchPlan.sequential(items, batchSize: batchSize)
    }
    return try BatchPlan.shuffled(
      items, batchSize: batchSize,
      random: context.random("train-order/\(epoch)"))
  }

  func forward(_ batch: Batch, split: String) throws -> Tensor {
    let pooled = meanPooling(projector(batch.frames), batch.offsets)
    let logits = classifier(pooled)
    let loss = logits.crossEntropy(batch.tags)
    let predicted = logits.argmax()
    records.add(
      predicted.indices.map {
        ClassificationRecords.Outcome(
          id: batch.ids[$0], predicted: "\(predicted[$0])",
          truth: "\(batch.tags[$0])")
      }, loss: loss, split: split)
    return loss
  }

  func logRecords(split: String, step: Int, into log: RecordLog) throws {
    guard let summary = records.take(split) else { return }
    log.metric("acc", summary.accuracy)
    log.metric("loss", summary.loss)
    summary.report(into: log)
    if split == "dev", try best.improves(summary.accuracy) {
      log.save(as: "dev-best.ckpt")
    }
  }
}
