import TaskKit

/// Phoneme recognition: the phones of a sentence, in their order.
final class PhonemeRecognition: TranscribingExpert, EmittingExpert {
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

  let transcriber: Transcriber
  private let corpus: LibriPhone
  private let batching: WindowBatching
  private let languageModel: LanguageModelTranscripts?

  let emittedTokens: EmittedTokens

  init(_ context: TaskContext) throws {
    let config = context.config
    // Sections that s3prl's file has for other models.
    for other in ["model.Wav2Letter", "model.RNNs"] {
      _ = try config.count(other)
    }
    let vocabulary = PhoneVocabulary()
    corpus = try LibriPhone(context, vocabulary)
    emittedTokens = vocabulary.tokens
    languageModel = try LanguageModelTranscripts(
      "model.decoder_args", vocabulary.tokens, context
    ) { [corpus] in
      vocabulary.training(try corpus.utterances(split: "train").labels)
    }
    batching = try WindowBatching(context, windowSize: 16)
    _ = try config.choice(
      "model.select", of: ["FrameLevel"], default: "FrameLevel")
    let width = try config.integer(
      "model.project_dim", default: 256, atLeast: 1)
    let projector = try Linear(
      from: context.upstreamDim, to: width,
      in: context.parameters["projector"])
    let model = try FrameLevel(
      from: width, to: vocabulary.count, in: context.parameters["model"])
    transcriber = try Transcriber(
      vocabulary, section: "model", worst: -0x1p31,
      languageModel: languageModel, context,
      head: { frames, _ in model(projector(frames)).logSoftmax() })
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    try languageModel?.prepare()
    return try batching(utterances(split: pass.split).items, for: pass)
  }

  func utterances(split: String) throws -> TranscribedUtterances {
    try corpus.utterances(split: split)
  }

  /// A low rate is a high score.
  func figures(of summary: TranscriptRecords.Summary) -> TranscriptFigures {
    let per = summary.errorRate(.spaceSeparated).rate
    return TranscriptFigures([("per", per)], score: per.map { -$0 })
  }

  func figuresWithModel(
    of summary: TranscriptRecords.Summary
  ) -> TranscriptFigures.Metrics {
    [("per_lm", summary.errorRate(.spaceSeparated).rate)]
  }
}
