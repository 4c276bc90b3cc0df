import TaskKit

/// Slot filling: the words of a command, and which of them say what it is
/// about.
final class SlotFilling: PredictingExpert {
  static let descriptor = TaskDescriptor(
    id: "sf", title: "slot filling",
    summary: "Transcribes commands and marks the slots in them.",
    aliases: ["snips"],
    metrics: [
      Metric(
        "slot_type_f1", title: "slot type F1", unit: .fraction,
        higherIsBetter: true),
      Metric(
        "slot_value_cer", title: "slot value CER", unit: .fraction,
        higherIsBetter: false),
      Metric(
        "slot_value_wer", title: "slot value WER", unit: .fraction,
        higherIsBetter: false),
      Metric(
        "slot_edit_f1_full", title: "slot F1", unit: .percent,
        higherIsBetter: true),
      Metric(
        "slot_edit_f1_part", title: "slot F1 of known types", unit: .percent,
        higherIsBetter: true),
      Metric(
        "wer", title: "word error rate", unit: .fraction,
        higherIsBetter: false),
      Metric(
        "cer", title: "character error rate", unit: .fraction,
        higherIsBetter: false),
    ],
    corpora: ["audio_snips"], scalarPrefix: "ctc-snips")

  private let context: TaskContext
  private let corpus: AudioSNIPS
  private let lengths: AudioLengths
  private let windowSize: Int
  private let limits: WindowPlan.Limits
  private let zeroInfinity: Bool
  private let model: RecurrentTranscriber
  private let best: BestScore
  private let records: TranscriptRecords

  init(_ context: TaskContext) throws {
    self.context = context
    let config = context.config
    corpus = try AudioSNIPS(context)
    lengths = AudioLengths(context)
    windowSize = try config.integer(
      "corpus.batch_size", default: 32, atLeast: 1)
    limits = WindowPlan.Limits(
      total: 16_000
        * (try config.integer(
          "corpus.max_batch_seconds", default: 600, atLeast: 1)))
    zeroInfinity = try config.bool("model.zero_infinity", default: true)
    model = try RecurrentTranscriber(
      symbols: corpus.vocabulary.count, section: "model", context)
    best = try BestScore(in: context.parameters)
    records = TranscriptRecords(context)
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    let items = try corpus.items(split: pass.split)
    guard pass.isTraining else {
      return try BatchPlan.sequential(items, batchSize: 1)
    }
    return WindowPlan(
      items, windowSize: windowSize, limits: limits, lengths: lengths,
      random: context.random("train-order/\(pass.epoch)"))
  }

  func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    let scores = model(batch.frames, batch.offsets)
    let targets = try corpus.labels(split: pass.split, rows: batch.tags)
    let loss = scores.ctcLoss(
      targets, batch.offsets, blank: SlotVocabulary.padding,
      zeroInfinity: zeroInfinity)
    let heard = GreedyDecoding.labels(
      scores, batch.offsets,
      without: [SlotVocabulary.padding, SlotVocabulary.end])
    records.add(
      zip(batch.ids, zip(heard, targets)).map { id, labels in
        TranscriptRecords.Transcript(
          id: id, hypothesis: corpus.vocabulary.decode(labels.0),
          reference: corpus.vocabulary.decode(labels.1))
      }, loss: loss, in: pass)
    return loss
  }

  /// The words with the marks of their slots.
  func answer(_ batch: Batch) throws -> Answer {
    let heard = GreedyDecoding.labels(
      model(batch.frames, batch.offsets), batch.offsets,
      without: [SlotVocabulary.padding, SlotVocabulary.end])
    return Answer(corpus.vocabulary.decode(heard.first ?? []))
  }

  func logRecords(of pass: Pass, into log: RecordLog) throws {
    guard let summary = records.take(pass) else { return }
    let score = summary.transcripts.reduce(into: SlotFillingScore()) {
      $0.add(hypothesis: $1.hypothesis, reference: $1.reference)
    }
    log.metric("loss", summary.loss)
    // What has nothing to count, such as the values of no slot, has no rate.
    for (name, value) in [
      ("slot_type_f1", score.typeF1), ("slot_value_cer", score.valueCER),
      ("slot_value_wer", score.valueWER),
      ("slot_edit_f1_full", score.editF1Full),
      ("slot_edit_f1_part", score.editF1Part),
      ("wer", score.textWords.rate), ("cer", score.textCharacters.rate),
    ] {
      if let value { log.metric(name, value) }
    }
    summary.report(into: log)
    guard !pass.isTraining else { return }
    try log.file("\(pass.split)-hyp.ark", summary.lines(\.hypothesis))
    try log.file("\(pass.split)-ref.ark", summary.lines(\.reference))
    if pass.evaluates("dev"), let f1 = score.typeF1, try best.improves(f1) {
      log.save(as: "dev-best.ckpt")
    }
  }
}
