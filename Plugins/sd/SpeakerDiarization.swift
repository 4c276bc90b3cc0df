import Foundation
import TaskKit

/// Speaker diarization: who of two speaks when?
final class SpeakerDiarization: PredictingExpert {
  static let descriptor = TaskDescriptor(
    id: "sd", title: "speaker diarization",
    summary: "Says for each moment of a mixture which of two speakers talk.",
    aliases: ["diarization"],
    metrics: [
      Metric(
        "der_lowest", title: "DER", unit: .fraction, higherIsBetter: false),
      Metric(
        "der_dev_selected", title: "DER, setting chosen on dev",
        unit: .fraction, higherIsBetter: false),
      .accuracy,
    ],
    corpora: ["libri2mix"], scalarPrefix: "diarization")

  private static let splits = ["train", "dev", "test"]

  private let context: TaskContext
  private let corpus: Corpus
  private let directories: [String: String]
  private let chunkSize: Int
  private let keepsLastChunk: Bool
  /// Samples a frame of labels.
  private let shift: Double
  private let speakers: Int
  private let batching: Batching
  /// Of a batch of test.
  private let mostFrames: Int
  private let network: LSTM
  private let linear: Linear
  private let best: BestScore
  private let sweep = DiarizationSweep()
  /// Which setting of the sweep was best on dev, from 1; 0 if none yet.
  private let chosen: Tensor
  private let chunkedSplits = Splits<ChunkedSplit>(splits)
  private let records: Records<DiarizationRecords>

  init(_ context: TaskContext) throws {
    self.context = context
    let config = context.config
    corpus = try context.corpus("libri2mix", unless: "loaderrc.root")
    var directories: [String: String] = [:]
    for split in Self.splits {
      directories[split] = try config.optionalString("loaderrc.\(split)_dir")
    }
    self.directories = directories
    batching = try Batching(
      context, train: 8, evaluation: 1,
      keys: ("loaderrc.train_batchsize", "loaderrc.eval_batchsize"))
    chunkSize = try config.integer(
      "datarc.chunk_size", default: 2000, atLeast: 1)
    keepsLastChunk = try config.bool("datarc.use_last_samples", default: true)
    speakers = try config.integer(
      "datarc.num_speakers", default: 2, atLeast: 1)
    guard speakers <= 4 else {
      throw config.invalid("datarc.num_speakers", "is more than 4")
    }
    // As the upstream's, which need not be a whole number at 16 kHz.
    let nearest = Int(context.upstreamRate.rounded())
    let stated = try config.integer(
      "datarc.frame_shift", default: nearest, atLeast: 1)
    shift = stated == nearest ? context.upstreamRate : Double(stated)
    let longest = try config.samples(
      ofSeconds: "loaderrc.max_batch_seconds", default: 600)
    mostFrames = max(Int(Double(longest) / shift), 1)
    for (key, only) in [
      ("datarc.rate", 16_000), ("datarc.subsampling", 1),
      ("datarc.label_delay", 0),
    ] where try config.integer(key, default: only) != only {
      throw config.invalid(key, "can only be \(only) here")
    }
    let hidden = try config.integer(
      "modelrc.hidden_size", default: 512, atLeast: 1)
    let parameters = context.parameters
    network = try LSTM(
      from: context.upstreamDim, hidden: hidden,
      layers: try config.integer("modelrc.rnn_layers", default: 1, atLeast: 1),
      in: parameters["rnn"])
    linear = try Linear(
      from: hidden, to: speakers, in: parameters["linear"])
    best = try BestScore(in: parameters)
    chosen = try parameters.finding("setting", [1])
    records = Records(context)
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    let chunked = try self.chunked(pass.split)
    if pass.evaluates("test") {
      return RecordingBatches(chunked, frames: mostFrames)
    }
    return try batching(
      chunked.chunks.indices.map(chunked.item), for: pass)
  }

  func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    let chunked = try self.chunked(pass.split)
    let labels = batch.tags.map(chunked.labels)
    let match = try LengthMatch(
      batch.offsets, to: labels.map { $0.count / speakers })
    let logits = linear(network(match(batch.frames), offsets: match.offsets))
    let flat = labels.flatMap { $0 }
    let (loss, permutations) = logits.pitBCE(flat, match.offsets)
    guard let value = loss.values.first else { return loss }
    let outputs = logits.values
    var score = FrameDiarizationScore()
    var chunks: [Int: [Float]] = [:]
    for (index, tag) in batch.tags.enumerated() {
      let first = Int(match.offsets[index]) * speakers
      let range = first..<Int(match.offsets[index + 1]) * speakers
      try score.add(
        reference: labels[index].map { $0 > 0 },
        system: matched(outputs[range], permutations[index]), speakers: speakers
      )
      if !pass.isTraining {
        chunks[tag] = outputs[range].map { 1 / (1 + exp(-$0)) }
      }
    }
    records.update(pass, from: DiarizationRecords()) {
      $0.add(loss: Double(value), score: score, chunks: chunks)
    }
    return loss
  }

  /// Who speaks when, as lines of RTTM: with the threshold and median that
  /// dev has chosen, or 0.5 and no median before.
  func answer(_ batch: Batch) throws -> Answer {
    let logits = linear(network(batch.frames, offsets: batch.offsets))
    let activity = try SpeakerActivity(
      recording: batch.ids.first ?? "",
      probabilities: logits.values.map { 1 / (1 + exp(-$0)) },
      speakers: speakers,
      frameShift: context.upstreamRate / Double(context.samplingRate))
    let place = Int(chosen.values.first ?? 0) - 1
    let grid = sweep.medianWidths.flatMap { width in
      sweep.thresholds.map { (width: width, threshold: $0) }
    }
    let (width, threshold) =
      grid.indices.contains(place)
      ? grid[place] : (width: 1, threshold: 0.5)
    return Answer(
      RTTM.format(
        try activity.turns(threshold: threshold, medianWidth: width)))
  }

  func logRecords(of pass: Pass, into log: RecordLog) throws {
    guard let gathered = records.take(pass) else { return }
    let split = pass.split
    log.metric("acc", gathered.accuracy)
    log.metric("der", gathered.errorRate)
    log.metric("loss", gathered.loss)
    guard !pass.isTraining else { return }
    if split == "dev", try best.improves(gathered.accuracy) {
      log.save(as: "best-states-dev.ckpt")
    }
    let chunked = try self.chunked(split)
    let activities = try gathered.activities(
      of: chunked, speakers: speakers,
      frameShift: shift / 16_000)
    let reference = try chunked.directory.reference(
      of: Set(activities.map(\.recording)))
    let settings = try sweep.settings(activities, reference: reference)
    guard let lowest = DiarizationSweep.best(of: settings),
      let error = lowest.score.errorRate
    else { return }
    log.metric("der_lowest", error)
    if split == "dev" {
      let place = settings.firstIndex(of: lowest) ?? 0
      try chosen.assign([Float(place + 1)])
      return
    }
    try log.file("frame_shift", String(format: "%.15g\n", shift))
    try log.file("\(split)_settings.csv", Self.table(settings))
    var shares = try write(
      lowest, activities, reference, "lowest", of: split, into: log)
    let place = Int(chosen.values.first ?? 0) - 1
    if settings.indices.contains(place) {
      if let error = settings[place].score.errorRate {
        log.metric("der_dev_selected", error)
      }
      shares += try write(
        settings[place], activities, reference, "dev_selected", of: split,
        into: log)
    }
    try log.shares(shares, of: split)
  }

  /// The decisions on a chunk with its columns in the labels' order: output s
  /// was matched with label partner[s].
  private func matched(_ logits: ArraySlice<Float>, _ partner: [Int]) -> [Bool]
  {
    var decisions = [Bool](repeating: false, count: logits.count)
    for (index, logit) in logits.enumerated() {
      let (frame, output) = index.quotientAndRemainder(dividingBy: speakers)
      decisions[frame * speakers + partner[output]] = logit > 0
    }
    return decisions
  }

  /// Writes the turns of a setting, and gives what each recording adds to its
  /// error rate.
  private func write(
    _ setting: DiarizationSweep.Setting, _ activities: [SpeakerActivity],
    _ reference: [SpeakerTurn], _ name: String, of split: String,
    into log: RecordLog
  ) throws -> [RecordLog.Share] {
    let turns = try activities.flatMap {
      try $0.turns(
        threshold: setting.threshold, medianWidth: setting.medianWidth)
    }
    try log.file("\(split)_\(name).rttm", RTTM.format(turns))
    return try DiarizationErrorRate().report(
      reference: reference, system: turns
    ).recordings.map {
      RecordLog.Share(
        metric: "der_" + name, id: $0.name, counted: $0.score.errors,
        possible: $0.score.speech)
    }
  }

  private static func table(
    _ settings: [DiarizationSweep.Setting]
  ) -> String {
    settings.reduce(into: "median,threshold,speech,missed,false,confused\n") {
      let score = $1.score
      $0 +=
        "\($1.medianWidth),\($1.threshold),\(score.speech),"
        + "\(score.missed),\(score.falseAlarm),\(score.confusion)\n"
    }
  }

  private func chunked(_ split: String) throws -> ChunkedSplit {
    try chunkedSplits(split) {
      let path = try directories[split] ?? corpus.folder()[split]
      let made = ChunkedSplit(
        try DataDirectory(path, speakers: speakers), shift: shift,
        size: chunkSize, keepsLast: keepsLastChunk || split == "test",
        speakers: speakers, context)
      guard !made.chunks.isEmpty else {
        throw TaskError.corruptData(
          "\(path): no recording fills a chunk of \(chunkSize)")
      }
      return made
    }
  }
}
