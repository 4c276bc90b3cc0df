import TaskKit

/// Names the class of a clip.
///
/// A task answers three questions: which utterances (`dataloader`), what
/// loss (`forward`), which figures (`logRecords`).
final class SoundClasses: DownstreamExpert {
  static let descriptor = TaskDescriptor(
    id: "sound_classes", title: "sound classes",
    summary: "Names the class of a clip.",
    metrics: [.accuracy], corpora: ["sound_classes"],
    scalarPrefix: "sound_classes")

  /// Everything before the mean over time is linear, so the host may hand
  /// over the mean itself. Remove this if you put anything else there.
  let pooling = Pooling.mean

  private let context: TaskContext
  private let clips: ClassFolders
  private let batchSize: Int
  private let projector: Linear
  private let meanPooling = MeanPooling()
  private let classifier: Linear
  private let best: BestScore
  private let records: ClassificationRecords

  /// Reads all of the configuration and makes all parameters.
  init(_ context: TaskContext) throws {
    self.context = context
    batchSize = try context.config.integer(
      "batch_size", default: 16, atLeast: 1)
    let width = try context.config.integer(
      "width", default: 64, atLeast: 1)
    clips = try ClassFolders(try context.corpus("sound_classes").folder())
    projector = try Linear(
      from: context.upstreamDim, to: width,
      in: context.parameters["projector"])
    classifier = try Linear(
      from: width, to: clips.classes.count,
      in: context.parameters["classifier"])
    best = try BestScore(in: context.parameters)
    records = ClassificationRecords(context)
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    let items = try clips.items(split: pass.split)
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
          id: batch.ids[$0], predicted: clips.classes[predicted[$0]],
          truth: clips.classes[batch.tags[$0]])
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
