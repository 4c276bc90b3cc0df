import TaskKit

/// Whether one person speaks in two recordings of a table. Trained on the
/// speakers of train, tested on pairs of others.
final class OwnVerification: PredictingExpert {
  static let descriptor = TaskDescriptor(
    id: "own_verification", title: "speaker verification on your own data",
    summary: "Says of two recordings whether one person speaks in both.",
    metrics: [
      Metric("eer", title: "EER", unit: .fraction, higherIsBetter: false)
    ],
    corpora: ["data", "data_trials"], scalarPrefix: "own_verification")

  private let context: TaskContext
  private let table: RecordingTable
  private let rows: TableSplits
  private let speakers: Vocabulary
  private let batching: Batching
  private let drawnTrials: Int
  private let network: SpeakerEmbedding
  private let best: BestScore
  /// The similarity at which dev's two errors are equal, and whether there is
  /// one yet.
  private let threshold: Tensor
  private let losses: Records<[Double]>
  private let trials = Splits<Trials>(["dev", "test"])
  /// Of unit length, by split and recording.
  private var embeddings: [String: [String: [Float]]] = [:]

  init(_ context: TaskContext) throws {
    self.context = context
    batching = try Batching(context, train: 16, evaluation: 1)
    drawnTrials = try context.config.integer(
      "datarc.drawn_trials", default: 2000, atLeast: 2)
    table = try RecordingTable(context.corpus("data"), needed: ["speaker"])
    // Dev and test need a pair of people each.
    rows = try TableSplits(table, speaker: "speaker", fewest: 2)
    if let remark = rows.remark { context.log(.warning, remark) }
    speakers = Vocabulary(
      Set(try rows["train"].compactMap { $0.values["speaker"] }).sorted())
    guard speakers.count > 1 else {
      throw TaskError.corruptData(
        "\(table.path): one speaker in train, and two are needed")
    }
    network = try SpeakerEmbedding(speakers: speakers.count, context)
    best = try BestScore(worst: -2, in: context.parameters)
    threshold = try context.parameters.finding("threshold", [2])
    losses = Records(context)
  }

  static let recordingsPerAnswer = 2

  /// By the threshold of dev; the similarity alone if training has not
  /// measured dev.
  func answer(_ batch: Batch) throws -> Answer {
    let vectors = try network.embeddings(batch)
    guard vectors.count == 2 else { return Answer("") }
    let similarity = SpeakerEmbedding.cosine(vectors[0], vectors[1])
    let score = Answer.Score("similarity", similarity)
    let setting = threshold.values
    guard setting.last == 1, let limit = setting.first else {
      return Answer("not decided", score: score)
    }
    return Answer(
      similarity >= Double(limit) ? "same" : "different", score: score)
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    guard pass.isTraining else {
      return try batching(
        trials(pass.split).recordings.map { $0.item(tag: 0) }, for: pass)
    }
    return try batching(
      rows[pass.split].map { row in
        row.item(tag: speakers[row.values["speaker", default: ""]] ?? 0)
      }, for: pass)
  }

  func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    guard pass.isTraining else {
      let vectors = try network.embeddings(batch)
      for (id, vector) in zip(batch.ids, vectors) {
        embeddings[pass.split, default: [:]][id] = vector
      }
      // The people of trials are strangers to the classifier: no loss.
      return context.constant([0], shape: [])
    }
    let loss = try network.loss(batch)
    losses.update(pass, from: []) { $0 += loss.values.map(Double.init) }
    return loss
  }

  func logRecords(of pass: Pass, into log: RecordLog) throws {
    guard !pass.isTraining else {
      guard let losses = losses.take(pass), !losses.isEmpty else { return }
      return log.metric("loss", losses.reduce(0, +) / Double(losses.count))
    }
    let split = pass.split
    guard let vectors = embeddings.removeValue(forKey: split) else { return }
    let scored = try trials(split).pairs.compactMap { pair in
      vectors[pair.first.id].flatMap { first in
        vectors[pair.second.id].map {
          (pair: pair, score: SpeakerEmbedding.cosine(first, $0))
        }
      }
    }
    let equal = try Self.equalError(
      scored.map(\.score), scored.map(\.pair.isTarget), split)
    log.metric("eer", equal.rate)
    if split == "dev" {
      try threshold.assign([Float(equal.threshold), 1])
      if try best.improves(-equal.rate) { log.save(as: "dev-best.ckpt") }
    }
    try log.file(
      "\(split)_predict.txt",
      scored.map { "\($0.pair.name) \($0.score)\n" }.joined())
    try log.file(
      "\(split)_truth.txt",
      scored.map { "\($0.pair.name) \($0.pair.isTarget ? 1 : 0)\n" }.joined())
  }

  private func trials(_ split: String) throws -> Trials {
    try trials(split) {
      let list = try? context.corpus("data_trials").path()
      guard split == "test", let list else {
        return try Trials(
          drawing: drawnTrials, from: rows[split], split: split, of: table)
      }
      return try Trials(list, of: table)
    }
  }

  private static func equalError(
    _ scores: [Double], _ isTarget: [Bool], _ split: String
  ) throws -> ROCCurve.EqualError {
    do {
      return try ROCCurve(scores: scores, isTarget: isTarget).equalError
    } catch {
      throw TaskError.corruptData(
        "the \(scores.count) trials of '\(split)' have no equal error rate: "
          + error.what)
    }
  }
}
