import TaskKit

/// Phoneme recognition: the phones of a sentence, in their order.
final class PhonemeRecognition: PredictingExpert, EmittingExpert {
  static let descriptor = TaskDescriptor(
    id: "pr", title: "phoneme recognition",
    summary: "Transcribes LibriSpeech into phones.", aliases: ["libriphone"],
    metrics: [
      Metric(
        "per", title: "phone error rate", unit: .fraction,
        higherIsBetter: false),
      Metric(
        "per_lm", title: "phone error rate with LM", unit: .fraction,
        higherIsBetter: false),
    ],
    corpora: ["librispeech", "librispeech_lexicon"],
    scalarPrefix: "ctc-libriphone")

  private let context: TaskContext
  private let corpus: LibriPhone
  private let vocabulary = PhoneVocabulary()
  private let lengths: AudioLengths
  private let windowSize: Int
  private let limits: WindowPlan.Limits
  private let zeroInfinity: Bool
  private let projector: Linear
  private let model: FrameLevel
  private let best: BestScore
  private let records: TranscriptRecords
  private let languageModel: LanguageModelTranscripts?

  var emittedTokens: EmittedTokens { vocabulary.tokens }

  init(_ context: TaskContext) throws {
    self.context = context
    let config = context.config
    // Sections that s3prl's file has for other models.
    for other in ["model.Wav2Letter", "model.RNNs"] {
      _ = try config.count(other)
    }
    corpus = try LibriPhone(context, vocabulary)
    languageModel = try LanguageModelTranscripts(
      "model.decoder_args", vocabulary.tokens, context
    ) { [corpus, vocabulary] in
      vocabulary.training(try corpus.labels(split: "train"))
    }
    lengths = AudioLengths(context)
    windowSize = try config.integer(
      "corpus.batch_size", default: 16, atLeast: 1)
    limits = WindowPlan.Limits(
      total: 16_000
        * (try config.integer(
          "corpus.max_batch_seconds", default: 600, atLeast: 1)))
    zeroInfinity = try config.bool("model.zero_infinity", default: true)
    _ = try config.choice(
      "model.select", of: ["FrameLevel"], default: "FrameLevel")
    let width = try config.integer(
      "model.project_dim", default: 256, atLeast: 1)
    projector = try Linear(
      from: context.upstreamDim, to: width,
      in: context.parameters["projector"])
    model = try FrameLevel(
      from: width, to: vocabulary.count, in: context.parameters["model"])
    best = try BestScore(worst: -0x1p31, in: context.parameters)
    records = TranscriptRecords(context)
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    try languageModel?.prepare()
    let items = try corpus.items(split: pass.split)
    guard pass.isTraining else {
      return try BatchPlan.sequential(items, batchSize: 1)
    }
    return WindowPlan(
      items, windowSize: windowSize, limits: limits, lengths: lengths,
      random: context.random("train-order/\(pass.epoch)"))
  }

  func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    let scores = try emissions(batch)
    try languageModel?.add(batch, scores, in: pass)
    let targets = try corpus.labels(split: pass.split, rows: batch.tags)
    let loss = scores.ctcLoss(
      targets, batch.offsets, blank: PhoneVocabulary.padding,
      zeroInfinity: zeroInfinity)
    let heard = GreedyDecoding.labels(
      scores, batch.offsets,
      without: [PhoneVocabulary.padding, PhoneVocabulary.end])
    records.add(
      zip(batch.ids, zip(heard, targets)).map { id, labels in
        TranscriptRecords.Transcript(
          id: id, hypothesis: vocabulary.decode(labels.0),
          reference: vocabulary.decode(labels.1))
      }, loss: loss, in: pass)
    return loss
  }

  func emissions(_ batch: Batch) throws -> Tensor {
    model(projector(batch.frames)).logSoftmax()
  }

  /// The phones, by the likeliest of each frame.
  func answer(_ batch: Batch) throws -> Answer {
    let scores = try emissions(batch)
    let heard = GreedyDecoding.labels(
      scores, batch.offsets,
      without: [PhoneVocabulary.padding, PhoneVocabulary.end])
    return Answer(vocabulary.decode(heard.first ?? []))
  }

  func logRecords(of pass: Pass, into log: RecordLog) throws {
    guard let summary = records.take(pass) else { return }
    log.metric("loss", summary.loss)
    guard let per = summary.errorRate(.spaceSeparated).rate else { return }
    log.metric("per", per)
    summary.report(into: log)
    guard !pass.isTraining else { return }
    try log.file("\(pass.split)-hyp.ark", summary.lines(\.hypothesis))
    try log.file("\(pass.split)-ref.ark", summary.lines(\.reference))
    if let heard = try languageModel?.take(pass) {
      let summary = summary.heard(heard.mapValues(vocabulary.phones))
      if let per = summary.errorRate(.spaceSeparated).rate {
        log.metric("per_lm", per)
      }
      try log.file("\(pass.split)-LM-hyp.ark", summary.lines(\.hypothesis))
    }
    // A low rate is a high score.
    if pass.evaluates("dev"), try best.improves(-per) {
      log.save(as: "dev-best.ckpt")
    }
  }
}
