/// The table of all results made under one condition.
struct Section: Equatable {
  enum Cell: Equatable {
    /// No result, or none with this metric.
    case missing
    /// In the shown unit.
    case figure(Double, text: String, isBest: Bool)
    /// The number of the footnote that says why, from 1.
    case failed(footnote: Int)

    /// A dash, the figure, or the mark of its footnote.
    var text: String {
      switch self {
      case .missing: "–"
      case .figure(_, let text, _): text
      case .failed(let footnote): "✗\(footnote)"
      }
    }

    var isBest: Bool {
      if case .figure(_, _, true) = self { true } else { false }
    }
  }

  struct Row: Equatable {
    var upstream: String
    /// One per column.
    var cells: [Cell]
    /// By task id.
    var entries: [String: Leaderboard.Entry]
    /// Over the primary metrics; nil for incomplete rows.
    var meanRank: Double?
    var score: Double?
  }

  /// Why cells have failed; one for all cells with the same reason.
  struct Footnote: Equatable {
    var kind: String
    var reason: String
    /// `upstream: task, task`.
    var cells: [String]

    var text: String {
      "\(kind): \(reason) (\(cells.joined(separator: "; ")))"
    }
  }

  var condition: Condition
  var columns: [Column]
  var rows: [Row]
  var footnotes: [Footnote]
  /// What a reader must know before comparing.
  var remarks: [String]

  /// What stands below the table: footnotes with their marks, then remarks.
  var below: [String] {
    footnotes.enumerated().map { "✗\($0 + 1) \($1.text)" } + remarks
  }

  init(
    _ condition: Condition, entries: [Leaderboard.Entry],
    taskOrder: [String], metrics: Leaderboard.Metrics, score: ScoreAnchors?
  ) {
    self.condition = condition
    var columns = Self.columns(of: entries, taskOrder: taskOrder)
    let upstreams = Dictionary(grouping: entries, by: \.result.rowName)
    var rows = upstreams.map { name, entries in
      Row(
        upstream: name, cells: [],
        entries: Dictionary(
          entries.map { ($0.result.task.id, $0) },
          uniquingKeysWith: { first, _ in first }))
    }
    .sorted { $0.upstream < $1.upstream }
    if condition.isRanked {
      if let score {
        for i in rows.indices {
          rows[i].score = Self.score(of: rows[i], columns, anchors: score)
        }
      }
      Self.rank(&rows, by: columns.filter(\.isPrimary))
    }
    let all = columns.count
    if metrics == .primary { columns = Self.primary(of: columns) }
    let hidden = all - columns.count
    let isScored = rows.contains { $0.score != nil }
    if isScored { columns.insert(.score, at: 0) }
    Self.fill(&rows, columns, marksBest: condition.isRanked)
    footnotes = Self.numberFailures(in: &rows, columns)
    remarks =
      Self.orderRemarks(rows, columns)
      + (isScored || score == nil || !condition.isRanked
        ? [] : ["No row has every figure that superb_s is made of."])
      + (isScored
        ? [
          "superb_s is comparable only where every figure was made on the "
            + "corpora of its anchors."
        ] : [])
      + Self.mixtureRemarks(entries) + Self.settingRemarks(entries)
      + Self.choiceRemarks(rows)
      + (hidden > 0 ? Self.devRemarks(rows, columns) : [])
      + (hidden > 0
        ? [
          "One figure a task; \(hidden) more with 'superb report --metrics all'."
        ] : [])
    self.columns = columns
    self.rows = rows
  }

  /// The figure of a row in a column, in the shown unit.
  static func value(of row: Row, in column: Column) -> Double? {
    guard let metric = column.metric else { return nil }
    guard let task = column.task else { return row.score }
    guard let result = row.entries[task]?.result, result.status == .done else {
      return nil
    }
    return result.metrics.first { Column.Metric($0) == metric }
      .flatMap { $0.unit.shown($0.value) }
  }

  private static func score(
    of row: Row, _ columns: [Column], anchors: ScoreAnchors
  ) -> Double? {
    anchors.score { task, metric in
      columns.lazy
        .filter { $0.task == task && $0.metric?.name == metric }
        .compactMap { value(of: row, in: $0) }.first
    }
  }

  private static func fill(
    _ rows: inout [Row], _ columns: [Column], marksBest: Bool
  ) {
    for column in columns {
      let values = rows.map { value(of: $0, in: column) }
      let rounded = values.compactMap { $0.map(column.rounded) }
      let best =
        column.metric?.higherIsBetter == true ? rounded.max() : rounded.min()
      for (i, value) in values.enumerated() {
        guard let value else {
          rows[i].cells.append(.missing)
          continue
        }
        rows[i].cells.append(
          .figure(
            value,
            text: column.text(value) + spread(of: rows[i], in: column),
            isBest: marksBest && column.rounded(value) == best))
      }
    }
  }

  /// Marks the failed cells; row by row, so that the numbers rise as one
  /// reads.
  private static func numberFailures(
    in rows: inout [Row], _ columns: [Column]
  ) -> [Footnote] {
    var footnotes: [Footnote] = []
    for r in rows.indices {
      var tasksOf: [Int: [String]] = [:]
      for (c, column) in columns.enumerated() {
        guard let task = column.task,
          let result = rows[r].entries[task]?.result, result.status == .failed
        else { continue }
        let kind = result.failure?.kind.rawValue ?? "failed"
        let reason = result.failure?.reason ?? "no reason was recorded"
        let known = footnotes.firstIndex {
          $0.kind == kind && $0.reason == reason
        }
        let index = known ?? footnotes.count
        if known == nil {
          footnotes.append(Footnote(kind: kind, reason: reason, cells: []))
        }
        rows[r].cells[c] = .failed(footnote: index + 1)
        if tasksOf[index]?.last != task {
          tasksOf[index, default: []] += [task]
        }
      }
      for (index, tasks) in tasksOf {
        footnotes[index].cells.append(
          rows[r].upstream + ": " + tasks.joined(separator: ", "))
      }
    }
    return footnotes
  }
}
