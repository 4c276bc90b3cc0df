import Records

/// The column as this target knows it, where ``Board`` has one of its own.
private typealias ShownColumn = Column

/// One table of the leaderboard, for whoever draws it elsewhere: all results
/// made under one condition.
package struct Board: Sendable {
  package enum Cell: Sendable {
    /// No result, or none with this metric.
    case missing
    /// In the shown unit.
    case figure(Double, text: String, isBest: Bool)
    /// With the number of its footnote, from 1.
    case failed(Int, reason: String)
  }

  package struct Column: Sendable {
    /// nil for superb_s.
    package var task: String?
    /// The metric's name as the task reports it; nil if there is no figure.
    package var metric: String?
    package var split: String?
    /// Title, unit and direction: `accuracy % ↑`.
    package var heading: String
    /// The task's ranking metric.
    package var isPrimary: Bool
    private var column: ShownColumn

    fileprivate init(_ column: ShownColumn) {
      self.column = column
      task = column.task
      metric = column.metric?.name
      split = column.metric.flatMap { $0.split.isEmpty ? nil : $0.split }
      heading = column.heading
      isPrimary = column.isPrimary
    }

    /// A figure in the shown unit, as precise as the column.
    package func text(_ value: Double) -> String { column.text(value) }

    /// The column's figure among a result's.
    package func figure(
      of result: ExperimentResult
    ) -> ExperimentResult.Metric? {
      result.metrics.first { ShownColumn.Metric($0) == column.metric }
    }
  }

  package struct Row: Sendable {
    package var upstream: String
    /// nil for rows that lack a figure.
    package var meanRank: Double?
    package var score: Double?
    /// One per column.
    package var cells: [Cell]
    /// By task id.
    package var entries: [String: Leaderboard.Entry]
  }

  package var heading: String
  package var isRanked: Bool
  package var columns: [Column]
  package var rows: [Row]
  /// Footnotes, then what a reader must know before comparing.
  package var notes: [String]

  /// The ids of the tasks in the order of their columns, each once.
  package var tasks: [String] {
    columns.compactMap(\.task).reduce(into: []) { tasks, task in
      if tasks.last != task { tasks.append(task) }
    }
  }

  init(_ section: Section) {
    heading = section.condition.heading
    isRanked = section.condition.isRanked
    columns = section.columns.map(Column.init)
    rows = section.rows.map { row in
      Row(
        upstream: row.upstream, meanRank: row.meanRank, score: row.score,
        cells: row.cells.map { cell in
          switch cell {
          case .missing: .missing
          case .figure(let value, let text, let isBest):
            .figure(value, text: text, isBest: isBest)
          case .failed(let number):
            .failed(number, reason: section.footnotes[number - 1].reason)
          }
        }, entries: row.entries)
    }
    notes = section.below
  }
}

extension Leaderboard {
  package static var emptyMessage: String { Standings.emptyMessage }

  /// Its tables, the ranked one first.
  ///
  /// - Parameters:
  ///   - taskOrder: tasks in the order of their columns; tasks not named
  ///     follow by id.
  ///   - score: shows superb_s over these anchors.
  package func boards(
    taskOrder: [String] = [], metrics: Metrics = .all,
    score: ScoreAnchors? = nil
  ) -> [Board] {
    Standings(self, taskOrder: taskOrder, metrics: metrics, score: score)
      .sections.map(Board.init)
  }
}
