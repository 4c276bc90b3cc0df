import Evidence
import Records

/// One figure as `superb evaluate --json` gives it, with what is known of the
/// split's answers.
struct EvaluatedFigure: Encodable {
  var checkpoint: String
  var upstream: String
  var task: String
  var fold: String?
  var step: Int
  /// What the command has changed.
  var settings: [String]
  var split: String
  var metric: String
  var value: Double
  var groups: [GroupFigure]?
  var worst: [String: [WorstCase]]?
  var skipped: [String]?
  /// Where the answers lie.
  var folder: String?

  /// Those of a split, in the order of the task's report.
  static func all(_ row: EvaluatedSplit) -> [EvaluatedFigure] {
    row.order.map { metric in
      EvaluatedFigure(
        checkpoint: row.checkpoint, upstream: row.upstream, task: row.task,
        fold: row.fold, step: row.step, settings: row.settings,
        split: row.split, metric: metric, value: row.figures[metric] ?? 0,
        groups: row.groups?.filter { $0.metric == metric }, worst: row.worst,
        skipped: row.skipped, folder: row.folder)
    }
  }
}
