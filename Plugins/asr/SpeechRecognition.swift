import TaskKit

/// Speech recognition: the words of a sentence, letter by letter.
final class SpeechRecognition: PredictingExpert, EmittingExpert {
  static let descriptor = TaskDescriptor(
    id: "asr", title: "speech recognition",
    summary: "Transcribes LibriSpeech into letters, and with a language model.",
    metrics: [
      Metric(
        "wer", title: "word error rate", unit: .percent,
        higherIsBetter: false),
      Metric(
        "uer", title: "letter error rate", unit: .percent,
        higherIsBetter: false),
      Metric(
        "wer_lm", title: "word error rate with LM", unit: .percent,
        higherIsBetter: false),
    ],
    corpora: ["librispeech"], scalarPrefix: "asr",
    testSplits: ["test-clean"])

  private let context: TaskContext
  private let corpus: LibriSpeechTables
  private let vocabulary = LetterVocabulary()
  private let bucketSize: Int
  private let evalBatchSize: Int
  private let limits: BucketPlan.Limits
  private let zeroInfinity: Bool
  private let model: RecurrentTranscriber
  private let best: BestScore
  private let records: TranscriptRecords
  private let languageModel: LanguageModelTranscripts?

  var emittedTokens: EmittedTokens { vocabulary.tokens }

  init(_ context: TaskContext) throws {
    self.context = context
    let config = context.config
    corpus = try LibriSpeechTables(context, vocabulary)
    languageModel = try LanguageModelTranscripts(
      "datarc.decoder_args", vocabulary.tokens, context
    ) { [corpus, vocabulary] in
      vocabulary.training(try corpus["train"].labels)
    }
    bucketSize = try config.integer(
      "datarc.batch_size", default: 32, atLeast: 1)
    evalBatchSize = try config.integer(
      "datarc.eval_batch_size", default: 1, atLeast: 1)
    limits = BucketPlan.Limits(
      total: 16_000
        * (try config.integer(
          "datarc.max_batch_seconds", default: 600, atLeast: 1)))
    zeroInfinity = try config.bool("datarc.zero_infinity", default: true)
    model = try RecurrentTranscriber(
      symbols: vocabulary.count, section: "modelrc", context)
    best = try BestScore(worst: -100, in: context.parameters)
    records = TranscriptRecords(context)
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    try languageModel?.prepare()
    let data = try corpus[pass.split]
    guard pass.isTraining else {
      return try BatchPlan.sequential(data.items, batchSize: evalBatchSize)
    }
    return try BucketPlan(
      data.items, samples: data.samples, bucketSize: bucketSize,
      limits: limits, random: context.random("train-order/\(pass.epoch)"))
  }

  func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    let scores = model(batch.frames, batch.offsets)
    let targets = try corpus.labels(split: pass.split, rows: batch.tags)
    let loss = scores.ctcLoss(
      targets, batch.offsets, blank: LetterVocabulary.start,
      zeroInfinity: zeroInfinity)
    try languageModel?.add(batch, scores, in: pass)
    let heard = GreedyDecoding.labels(
      scores, batch.offsets, without: [LetterVocabulary.start])
    records.add(
      zip(batch.ids, zip(heard, targets)).map { id, labels in
        TranscriptRecords.Transcript(
          id: id, hypothesis: vocabulary.units(labels.0),
          reference: vocabulary.units(labels.1))
      }, loss: loss, in: pass)
    return loss
  }

  func emissions(_ batch: Batch) throws -> Tensor {
    model(batch.frames, batch.offsets)
  }

  /// The words, by the likeliest letter of each frame.
  func answer(_ batch: Batch) throws -> Answer {
    let heard = GreedyDecoding.labels(
      model(batch.frames, batch.offsets), batch.offsets,
      without: [LetterVocabulary.start])
    return Answer(
      LetterVocabulary.words(vocabulary.units(heard.first ?? [])))
  }

  func logRecords(of pass: Pass, into log: RecordLog) throws {
    guard let summary = records.take(pass) else { return }
    let words = LetterVocabulary.words
    let wer = summary.errorRate(.words, words).percent(ifNoReference: 100)
    log.metric("loss", summary.loss)
    log.metric("wer", wer)
    log.metric("uer", summary.errorRate(.words).percent(ifNoReference: 100))
    summary.report(into: log, words)
    guard !pass.isTraining else { return }
    try log.file(
      "\(pass.split)-noLM-hyp.ark", summary.lines { words($0.hypothesis) })
    try log.file(
      "\(pass.split)-noLM-ref.ark", summary.lines { words($0.reference) })
    if let heard = try languageModel?.take(pass) {
      let summary = summary.heard(
        heard.mapValues { $0.joined(separator: " ") }, reference: words)
      log.metric(
        "wer_lm", summary.errorRate(.words).percent(ifNoReference: 100))
      try log.file("\(pass.split)-LM-hyp.ark", summary.lines(\.hypothesis))
      try log.file("\(pass.split)-LM-ref.ark", summary.lines(\.reference))
    }
    // A low rate is a high score.
    if pass.evaluates("dev-clean"), try best.improves(-wer) {
      log.save(as: "dev-clean-best.ckpt")
    }
  }
}
