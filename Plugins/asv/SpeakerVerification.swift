import TaskKit

/// Speaker verification: is it the same speaker?
final class SpeakerVerification: PredictingExpert {
  static let descriptor = TaskDescriptor(
    id: "asv", title: "speaker verification",
    summary: "Says of two recordings whether one person speaks in both.",
    aliases: ["sv_voxceleb1"],
    metrics: [
      Metric(
        "eer", title: "EER", unit: .fraction, higherIsBetter: false),
      Metric(
        "eer_dev_selected", title: "EER, checkpoint chosen on dev",
        unit: .fraction, higherIsBetter: false),
    ],
    corpora: ["voxceleb1"], scalarPrefix: "sv-voxceleb1")

  private let context: TaskContext
  private let corpus: VerificationCorpus
  private let network: XVector
  /// [embedding, speakers]: a column a speaker.
  private let speakers: Tensor
  private let scale: Double
  private let margin: Double
  private let batching: Batching
  private let errors: CheckpointErrors
  /// The similarity at which dev's two errors are equal, and whether there is
  /// one yet.
  private let threshold: Tensor
  private let losses: Records<[Double]>
  /// Of unit length, by split and recording.
  private var embeddings: [String: [String: [Float]]] = [:]

  init(_ context: TaskContext) throws {
    self.context = context
    let config = context.config
    batching = try Batching(context, train: 10, evaluation: 1, crops: true)
    scale = try config.number("modelrc.scale", default: 30)
    margin = try config.number("modelrc.margin", default: 0.4)
    let count = try config.integer(
      "modelrc.speakers", default: 1211, atLeast: 2)
    let width = try config.integer(
      "modelrc.embedding_dim", default: 512, atLeast: 1)
    corpus = VerificationCorpus(
      context, try context.corpus("voxceleb1", unless: "datarc.file_path"),
      VerificationCorpus.Settings(
        testTrials: try config.optionalString("datarc.test_trials"),
        devTrials: try config.optionalString("datarc.dev_trials"),
        drawnTrials: try config.integer(
          "datarc.drawn_trials", default: 20_000, atLeast: 2),
        drawnSpeakers: try config.integer(
          "datarc.drawn_speakers", default: 40, atLeast: 2),
        shortest: try config.integer(
          "datarc.min_timestep", default: 32_000, atLeast: 0),
        speakerCount: count))
    let parameters = context.parameters
    network = try XVector(
      from: context.upstreamDim,
      frameWidth: try config.integer(
        "modelrc.frame_dim", default: 512, atLeast: 1),
      pooledWidth: try config.integer(
        "modelrc.pooled_dim", default: 1500, atLeast: 1),
      embeddingWidth: width, in: parameters["xvector"])
    speakers = try parameters["objective"].parameter(
      "weight", [width, count],
      .normal(mean: 0, deviation: (2 / Double(width + count)).squareRoot()))
    losses = Records(context)
    errors = try CheckpointErrors(in: parameters)
    threshold = try parameters.finding("threshold", [2])
  }

  static let recordingsPerAnswer = 2

  func prepared(_ audio: AudioSource) -> AudioSource {
    VerificationCorpus.asHeard(audio)
  }

  /// Whether one person speaks in both, by the threshold of dev; the
  /// similarity alone if training has not measured dev.
  func answer(_ batch: Batch) throws -> Answer {
    try checkLengths(batch)
    let vectors = network.embedding(batch.frames, batch.offsets)
    let values = vectors.values
    let (one, other) = (
      Self.unitLength(values.prefix(values.count / 2)),
      Self.unitLength(values.suffix(values.count / 2))
    )
    let similarity = Self.cosine(one, other)
    let setting = threshold.values
    guard setting.last == 1, let limit = setting.first else {
      return Answer(
        "not decided", score: Answer.Score("similarity", similarity))
    }
    return Answer(
      similarity >= Double(limit) ? "same" : "different",
      score: Answer.Score("similarity", similarity))
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    guard !pass.isTraining || !["dev", "test"].contains(pass.split) else {
      throw TaskError.invalidArgument(
        "'\(pass.split)' is a list of trials. Train on the split 'train'.")
    }
    return try batching(corpus.items(split: pass.split), for: pass)
  }

  func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    guard pass.split == "train" else {
      if let failed = hear(batch, pass.split) { return failed }
      // The people of test are strangers to the classifier: no loss.
      return context.constant([0], shape: [])
    }
    try checkLengths(batch)
    let loss = network.trained(batch.frames, batch.offsets).amSoftmax(
      weight: speakers, batch.tags, scale: scale, margin: margin)
    losses.update(pass, from: []) { $0 += loss.values.map(Double.init) }
    return loss
  }

  func logRecords(of pass: Pass, into log: RecordLog) throws {
    let split = pass.split
    guard split != "train" else {
      guard let losses = losses.take(pass), !losses.isEmpty else { return }
      log.metric("loss", losses.reduce(0, +) / Double(losses.count))
      return
    }
    guard let vectors = embeddings.removeValue(forKey: split) else { return }
    var unheard = 0
    let scored = try corpus.trials(split).compactMap { trial in
      vectors[trial.first.name].flatMap { first in
        vectors[trial.second.name].map { second in
          let isHeard = !first.isEmpty && !second.isEmpty
          if !isHeard { unheard += 1 }
          return (
            trial: trial, score: isHeard ? Self.cosine(first, second) : -1
          )
        }
      }
    }
    if unheard > 0 {
      context.log(
        .warning,
        "\(unheard) of \(scored.count) trials of '\(split)' count as told "
          + "apart: a recording has less than \(XVector.fewestFrames) frames "
          + "without its silence")
    }
    let equal = try Self.equalError(
      scored.map(\.score), scored.map(\.trial.isTarget), split: split)
    let error = equal.rate
    // By the name that s3prl logs it by.
    log.metric("EER", error)
    if split == "dev" {
      try threshold.assign([Float(equal.threshold), 1])
      if try errors.measuredOnDev(error, step: pass.step) {
        log.save(as: "dev-best.ckpt")
      }
      log.metric("eer", error)
    } else {
      try errors.measuredOnTest(error, step: pass.step)
      log.metric("eer", errors.lowestOnTest ?? error)
      if let chosen = errors.chosenOnDev {
        log.metric("eer_dev_selected", chosen)
      }
    }
    try log.file(
      "\(split)_predict.txt",
      scored.map { "\($0.trial.name) \($0.score)\n" }.joined())
    try log.file(
      "\(split)_truth.txt",
      scored.map { "\($0.trial.name) \($0.trial.isTarget ? 1 : 0)\n" }
        .joined())
  }

  /// Keeps what a batch's recordings are compared by; nothing of those that
  /// are too short for the network.
  ///
  /// - Returns: the result of an operator that has failed, or nil.
  private func hear(_ batch: Batch, _ split: String) -> Tensor? {
    let lengths = zip(batch.offsets, batch.offsets.dropFirst()).map { $1 - $0 }
    let fewest = Int64(XVector.fewestFrames)
    guard lengths.contains(where: { $0 < fewest }) else {
      let vectors = network.embedding(batch.frames, batch.offsets)
      guard !vectors.isNull else { return vectors }
      keep(vectors, of: batch.ids, split)
      return nil
    }
    for (index, id) in batch.ids.enumerated() {
      guard lengths[index] >= fewest else {
        embeddings[split, default: [:]][id] = []
        continue
      }
      let vector = network.embedding(
        batch.frames.rows(
          Int(batch.offsets[index])..<Int(batch.offsets[index + 1])),
        [0, lengths[index]])
      guard !vector.isNull else { return vector }
      keep(vector, of: [id], split)
    }
    return nil
  }

  private func checkLengths(_ batch: Batch) throws {
    for (index, id) in batch.ids.enumerated() {
      let frames = batch.offsets[index + 1] - batch.offsets[index]
      guard frames >= XVector.fewestFrames else {
        throw TaskError.corruptData(
          "\(id) has \(frames) frames without its silence; the network needs "
            + "\(XVector.fewestFrames). Leave it out of the trials, or raise "
            + "downstream_expert.datarc.min_timestep.")
      }
    }
  }

  private func keep(_ vectors: Tensor, of ids: [String], _ split: String) {
    let values = vectors.values
    let width = values.count / max(ids.count, 1)
    for (index, id) in ids.enumerated() {
      embeddings[split, default: [:]][id] = Self.unitLength(
        values[index * width..<(index + 1) * width])
    }
  }

  private static func unitLength(_ vector: ArraySlice<Float>) -> [Float] {
    let norm = vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    return vector.map { Float(Double($0) / max(norm, 1e-12)) }
  }

  private static func cosine(_ one: [Float], _ other: [Float]) -> Double {
    zip(one, other).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  private static func equalError(
    _ scores: [Double], _ isTarget: [Bool], split: String
  ) throws -> ROCCurve.EqualError {
    do {
      return try ROCCurve(scores: scores, isTarget: isTarget).equalError
    } catch {
      throw TaskError.corruptData(
        "the \(scores.count) trials of '\(split)' whose "
          + "recordings were heard have no equal error rate: \(error.what)")
    }
  }
}
