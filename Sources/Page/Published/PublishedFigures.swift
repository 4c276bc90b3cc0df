import Foundation
import Leaderboard

/// Figures of papers and of SUPERB's own board, to be seen beside one's own.
/// None was measured here, and none is ranked.
struct PublishedFigures: Sendable {
  struct Figure: Equatable, Sendable {
    /// In the unit that the leaderboard shows.
    var value: Double
    /// As it was published.
    var text: String
    var source: String
    /// `seen`, `recalled` or `doubtful`.
    var certainty: String
  }

  /// In the order of the file: names, and figures by `task metric`.
  var rows: [(upstream: String, figures: [String: Figure])] = []

  /// The figures that the program carries.
  static var shipped: PublishedFigures {
    PublishedFigures(
      parsing: String(decoding: PackageResources.superb_tsv, as: UTF8.self))
  }

  /// Lines of six fields with tabs between them; `#` begins a comment. Lines
  /// that are none of that are passed over.
  init(parsing text: String) {
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let fields = line.split(separator: "\t").map(String.init)
      guard fields.count == 6, let value = Double(fields[3]) else { continue }
      let figure = Figure(
        value: value, text: fields[3], source: fields[4], certainty: fields[5])
      let key = fields[1] + " " + fields[2]
      if let row = rows.firstIndex(where: { $0.upstream == fields[0] }) {
        rows[row].figures[key] = figure
      } else {
        rows.append((fields[0], [key: figure]))
      }
    }
  }

  /// The rows that have anything for these columns.
  func rows(for columns: [Board.Column]) -> [(String, [Figure?])] {
    rows.compactMap { row in
      let figures = columns.map { column -> Figure? in
        guard let task = column.task, let metric = column.metric else {
          return nil
        }
        return row.figures[task + " " + metric]
      }
      return figures.contains { $0 != nil } ? (row.upstream, figures) : nil
    }
  }
}
