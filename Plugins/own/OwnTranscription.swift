import TaskKit

/// What is said in a recording of a table, character by character, as its
/// texts are written; white space counts as one space.
final class OwnTranscription: TranscribingExpert {
  static let descriptor = TaskDescriptor(
    id: "own_transcription", title: "transcription of your own data",
    summary: "Writes down what is said in a recording of your own table.",
    metrics: [
      Metric(
        "cer", title: "character error rate", unit: .fraction,
        higherIsBetter: false),
      Metric(
        "wer", title: "word error rate", unit: .fraction,
        higherIsBetter: false),
    ],
    corpora: ["data"], scalarPrefix: "own_transcription")

  let transcriber: Transcriber
  private let rows: TableSplits
  private let vocabulary: CharacterVocabulary
  private let batching: Batching
  private let splits = Splits<TranscribedUtterances>(TableSplits.names)

  init(_ context: TaskContext) throws {
    batching = try Batching(context, train: 16, evaluation: 1)
    let table = try RecordingTable(context.corpus("data"), needed: ["text"])
    rows = try TableSplits(table, speaker: "speaker")
    if let remark = rows.remark { context.log(.warning, remark) }
    vocabulary = CharacterVocabulary(try rows["train"].map(Self.text))
    let model = try RecurrentTranscriber(
      symbols: vocabulary.count, section: "modelrc", context)
    transcriber = try Transcriber(
      vocabulary, section: "datarc", worst: -0x1p31, context,
      head: { model($0, $1) })
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    try batching(utterances(split: pass.split).items, for: pass)
  }

  func utterances(split: String) throws -> TranscribedUtterances {
    try splits(split) {
      TranscribedUtterances(
        try rows[split].map { row in
          (row.item(tag: 0), vocabulary.encode(Self.text(row)))
        })
    }
  }

  /// A low rate is a high score.
  func figures(of summary: TranscriptRecords.Summary) -> TranscriptFigures {
    let cer = summary.errorRate(.characters).rate
    return TranscriptFigures(
      [("cer", cer), ("wer", summary.errorRate(.words).rate)],
      score: cer.map { -$0 })
  }

  private static func text(_ row: RecordingTable.Row) -> String {
    row.values["text", default: ""].split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
  }
}
