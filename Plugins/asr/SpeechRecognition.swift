import TaskKit

/// Speech recognition: the words of a sentence, letter by letter.
final class SpeechRecognition: TranscribingExpert, EmittingExpert {
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

  let transcriber: Transcriber
  private let context: TaskContext
  private let corpus: LibriSpeechTables
  private let bucketSize: Int
  private let evalBatchSize: Int
  private let limits: BucketPlan.Limits
  private let languageModel: LanguageModelTranscripts?

  let emittedTokens: EmittedTokens

  init(_ context: TaskContext) throws {
    self.context = context
    let config = context.config
    let vocabulary = LetterVocabulary()
    corpus = try LibriSpeechTables(context, vocabulary)
    emittedTokens = vocabulary.tokens
    languageModel = try LanguageModelTranscripts(
      "datarc.decoder_args", vocabulary.tokens, context
    ) { [corpus] in
      vocabulary.training(try corpus["train"].utterances.labels)
    }
    bucketSize = try config.integer(
      "datarc.batch_size", default: 32, atLeast: 1)
    evalBatchSize = try config.integer(
      "datarc.eval_batch_size", default: 1, atLeast: 1)
    limits = BucketPlan.Limits(
      total: try config.samples(
        ofSeconds: "datarc.max_batch_seconds", default: 600))
    let model = try RecurrentTranscriber(
      symbols: vocabulary.count, section: "modelrc", context)
    transcriber = try Transcriber(
      vocabulary, section: "datarc", worst: -100, bestOn: "dev-clean",
      fileInfix: "-noLM", languageModel: languageModel, context,
      head: { model($0, $1) })
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    try languageModel?.prepare()
    let data = try corpus[pass.split]
    guard pass.isTraining else {
      return try BatchPlan.sequential(
        data.utterances.items, batchSize: evalBatchSize)
    }
    return try BucketPlan(
      data.utterances.items, samples: data.samples, bucketSize: bucketSize,
      limits: limits, random: context.random("train-order/\(pass.epoch)"))
  }

  func utterances(split: String) throws -> TranscribedUtterances {
    try corpus[split].utterances
  }

  /// In percent; a low rate is a high score.
  func figures(of summary: TranscriptRecords.Summary) -> TranscriptFigures {
    let wer = summary.errorRate(.words, LetterVocabulary.words)
      .percent(ifNoReference: 100)
    let uer = summary.errorRate(.words).percent(ifNoReference: 100)
    return TranscriptFigures(
      [("wer", wer), ("uer", uer)], score: -wer, ofSymbols: "uer")
  }

  func figuresWithModel(
    of summary: TranscriptRecords.Summary
  ) -> TranscriptFigures.Metrics {
    [("wer_lm", summary.errorRate(.words).percent(ifNoReference: 100))]
  }
}
