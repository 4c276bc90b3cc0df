import TaskKit

/// Slot filling: the words of a command, and which of them say what it is
/// about.
final class SlotFilling: TranscribingExpert {
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

  let transcriber: Transcriber
  private let corpus: AudioSNIPS
  private let batching: WindowBatching

  init(_ context: TaskContext) throws {
    corpus = try AudioSNIPS(context)
    batching = try WindowBatching(context, windowSize: 32)
    let model = try RecurrentTranscriber(
      symbols: corpus.vocabulary.count, section: "model", context)
    transcriber = try Transcriber(
      corpus.vocabulary, section: "model", worst: 0, context,
      head: { model($0, $1) })
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    try batching(utterances(split: pass.split).items, for: pass)
  }

  func utterances(split: String) throws -> TranscribedUtterances {
    try corpus.utterances(split: split)
  }

  /// What has nothing to count, such as the values of no slot, has no rate.
  func figures(of summary: TranscriptRecords.Summary) -> TranscriptFigures {
    let score = summary.transcripts.reduce(into: SlotFillingScore()) {
      $0.add(hypothesis: $1.hypothesis, reference: $1.reference)
    }
    return TranscriptFigures(
      [
        ("slot_type_f1", score.typeF1), ("slot_value_cer", score.valueCER),
        ("slot_value_wer", score.valueWER),
        ("slot_edit_f1_full", score.editF1Full),
        ("slot_edit_f1_part", score.editF1Part),
        ("wer", score.textWords.rate), ("cer", score.textCharacters.rate),
      ], score: score.typeF1)
  }
}
