import TaskKit

/// Which of the labels of a table a recording has. The labels are those of
/// its training rows, in the order of their texts.
final class OwnClassification: ClassifyingExpert, PredictingExpert {
  static let descriptor = TaskDescriptor(
    id: "own_classification", title: "classification of your own data",
    summary: "Names the label of a recording of your own table.",
    metrics: [.accuracy], corpora: ["data"],
    scalarPrefix: "own_classification")

  let classifier: UtteranceClassifier
  private let table: RecordingTable
  private let rows: TableSplits
  private let labels: Vocabulary
  private let batching: Batching
  private let splits = Splits<[Item]>(TableSplits.names)

  init(_ context: TaskContext) throws {
    batching = try Batching(context, train: 32, evaluation: 32)
    table = try RecordingTable(context.corpus("data"), needed: ["label"])
    rows = try TableSplits(table, label: "label", speaker: "speaker")
    if let remark = rows.remark { context.log(.warning, remark) }
    let labels = Vocabulary(
      Set(try rows["train"].compactMap { $0.values["label"] }).sorted())
    guard labels.count > 1 else {
      throw TaskError.corruptData(
        "\(table.path): the training rows have \(labels.count) label. "
          + "There is nothing to tell apart.")
    }
    self.labels = labels
    classifier = try UtteranceClassifier(
      classes: labels.count, context,
      className: { labels.symbol($0) ?? "" })
  }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    try batching(items(pass.split), for: pass)
  }

  func filePrefix(of pass: Pass) -> String? { pass.split }

  private func items(_ split: String) throws -> [Item] {
    try splits(split) {
      try rows[split].map { row in
        let label = row.values["label", default: ""]
        guard let tag = labels[label] else {
          throw table.error(
            row,
            "the label '\(label)' is in the split '\(split)' and in no "
              + "row of train")
        }
        return row.item(tag: tag)
      }
    }
  }
}
