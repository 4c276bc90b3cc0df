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
  private let records: ClassificationRecords

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
    records = ClassificationRecords(context)
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    guard ["train", "dev", "test"].contains(pass.split) else {
      throw TaskError.unknownSplit(
        pass.split, known: ["train", "dev", "test"])
    }
    let items = try data.items(split: pass.split)
    guard pass.isTraining else {
      return try BatchPlan.sequential(items, batchSize: batchSize)
    }
    return try BatchPlan.shuffled(
      items, batchSize: batchSize,
      random: context.random("train-order/\(pass.epoch)"))
  }

  func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    let pooled = meanPooling(projector(batch.frames), batch.offsets)
    let logits = classifier(pooled)
    let loss = logits.crossEntropy(batch.tags)
    let predicted = logits.argmax()
    records.add(
      predicted.indices.map {
        ClassificationRecords.Outcome(
          id: batch.ids[$0], predicted: "\(predicted[$0])",
          truth: "\(batch.tags[$0])")
      }, loss: loss, in: pass)
    return loss
  }

  func logRecords(of pass: Pass, into log: RecordLog) throws {
    guard let summary = records.take(pass) else { return }
    log.metric("acc", summary.accuracy)
    log.metric("loss", summary.loss)
    summary.report(into: log)
    if pass.evaluates("dev"), try best.improves(summary.accuracy) {
      log.save(as: "dev-best.ckpt")
    }
  }
}
