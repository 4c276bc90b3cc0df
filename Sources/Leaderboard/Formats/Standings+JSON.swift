import Foundation

extension Standings {
  /// The tables and the long form as one object, with sorted keys.
  func json() throws -> String {
    let report = Report(
      sections: sections.map(Report.Table.init),
      results: measurements,
      notes: notes.map { .init(file: $0.file, reason: $0.reason) })
    return try prettyJSON(report) + "\n"
  }
}

/// JSON with sorted keys, as a person reads it.
func prettyJSON(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [
    .sortedKeys, .prettyPrinted, .withoutEscapingSlashes,
  ]
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}

/// The schema of the JSON format.
private struct Report: Encodable {
  struct Column: Encodable {
    var task: String?
    var metric: String?
    var title: String
    var split: String?
    /// The unit of `value` in the cells: `%` or nothing.
    var unit: String
    var direction: String?
    var isPrimary: Bool
  }

  struct Cell: Encodable {
    /// `done`, `failed` or `missing`.
    var status: String
    /// In the column's unit, unrounded.
    var value: Double?
    var text: String?
    var isBest: Bool?
    var kind: String?
    var reason: String?
  }

  struct Row: Encodable {
    var upstream: String
    var meanRank: Double?
    var superbScore: Double?
    var cells: [Cell]
  }

  struct Table: Encodable {
    var profile: String
    var limit: Int?
    var isRanked: Bool
    var columns: [Column]
    var rows: [Row]
    var remarks: [String]
  }

  struct Note: Encodable {
    var file: String
    var reason: String
  }

  /// Raised when a reader of older reports would misread this one.
  var format = 1
  var sections: [Table]
  var results: [Measurement]
  var notes: [Note]
}

extension Report.Table {
  init(_ section: Section) {
    profile = section.condition.profile.rawValue
    limit = section.condition.limit
    isRanked = section.condition.isRanked
    columns = section.columns.map { column in
      let direction = column.metric.map {
        $0.higherIsBetter ? "higher" : "lower"
      }
      return Report.Column(
        task: column.task, metric: column.metric?.name, title: column.title,
        split: column.task == nil ? nil : column.metric?.split,
        unit: column.unitSymbol, direction: direction,
        isPrimary: column.isPrimary)
    }
    rows = section.rows.map { row in
      Report.Row(
        upstream: row.upstream, meanRank: row.meanRank,
        superbScore: row.score,
        cells: row.cells.map { Report.Cell($0, section.footnotes) })
    }
    remarks = section.remarks
  }
}

extension Report.Cell {
  init(_ cell: Section.Cell, _ footnotes: [Section.Footnote]) {
    switch cell {
    case .missing:
      self.init(status: "missing")
    case .figure(let value, let text, let isBest):
      self.init(status: "done", value: value, text: text, isBest: isBest)
    case .failed(let number):
      let footnote = footnotes[number - 1]
      self.init(
        status: "failed", kind: footnote.kind, reason: footnote.reason)
    }
  }
}
