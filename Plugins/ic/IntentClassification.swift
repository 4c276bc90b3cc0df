import TaskKit

/// Intent classification: an action, an object and a location for each
/// spoken command.
final class IntentClassification: PredictingExpert {
  static let descriptor = TaskDescriptor(
    id: "ic", title: "intent classification",
    summary: "Names the action, object and location of a spoken command.",
    aliases: ["fluent_commands"], metrics: [.accuracy],
    corpora: ["fluent_speech_commands"], scalarPrefix: "fluent_commands")

  let pooling = Pooling.mean

  private let context: TaskContext
  private let corpus: FluentSpeechCommands
  private let head: UtteranceLevel
  private let best: BestScore
  private let records: ClassificationRecords
  private let trainBatchSize: Int
  private let evalBatchSize: Int

  init(_ context: TaskContext) throws {
    self.context = context
    let config = context.config
    trainBatchSize = try config.integer(
      "datarc.train_batch_size", default: 32, atLeast: 1)
    evalBatchSize = try config.integer(
      "datarc.eval_batch_size", default: 32, atLeast: 1)
    let source = try context.corpus(
      "fluent_speech_commands", unless: "datarc.file_path")
    corpus = try FluentSpeechCommands(root: source.folder())
    let classes = corpus.slots.reduce(0) { $0 + $1.values.count }
    head = try UtteranceLevel(classes: classes, context)
    best = try BestScore(in: context.parameters)
    records = ClassificationRecords(context)
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

  /// The sum of the slots' cross entropies; the logits are the slots' classes
  /// behind one another.
  func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    let logits = head(batch)
    let intents = try corpus.intents(split: pass.split, rows: batch.tags)
    var losses: [Tensor] = []
    var predicted: [[Int]] = []
    var first = 0
    for (slot, values) in corpus.slots.map(\.values).enumerated() {
      let block = logits.columns(first..<first + values.count)
      first += values.count
      losses.append(block.crossEntropy(intents.map { $0[slot] }))
      predicted.append(block.argmax())
    }
    let loss = losses.dropFirst().reduce(losses[0], +)
    if !loss.isNull {
      records.add(
        intents.indices.map { row in
          ClassificationRecords.Outcome(
            id: batch.ids[row],
            predicted: corpus.text(predicted.map { $0[row] }),
            truth: corpus.text(intents[row]))
        }, loss: loss, in: pass)
    }
    return loss
  }

  /// The likeliest value of each slot; they are taken for independent.
  func answer(_ batch: Batch) throws -> Answer {
    let logits = head(batch)
    var values: [Int] = []
    var probability = 1.0
    var first = 0
    for names in corpus.slots.map(\.values) {
      let block = logits.columns(first..<first + names.count).softmax()
      first += names.count
      values += block.argmax()
      probability *= Double(block.values.max() ?? 0)
    }
    return Answer(corpus.text(values), probability: probability)
  }

  func logRecords(of pass: Pass, into log: RecordLog) throws {
    guard let summary = records.take(pass) else { return }
    log.metric("acc", summary.accuracy)
    log.metric("intent_loss", summary.loss)
    summary.report(into: log)
    try log.file(
      "\(pass.split)_predict.csv", summary.lines(separator: ",", \.predicted))
    try log.file(
      "\(pass.split)_truth.csv", summary.lines(separator: ",", \.truth))
    if pass.evaluates("dev"), try best.improves(summary.accuracy) {
      log.save(as: "dev-best.ckpt")
    }
  }
}
