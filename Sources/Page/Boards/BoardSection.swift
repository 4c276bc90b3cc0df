import Evidence
import Foundation
import Leaderboard
import Records

/// A board as a table that sorts and filters.
struct BoardSection {
  var board: Board
  var number: Int
  var evidence: BoardEvidence
  /// Shown beside boards of whole runs alone.
  var published: PublishedFigures?

  var html: String {
    var text =
      "<section class=\"board\"><h2>\(Markup.escaped(board.heading))</h2>\n"
    text += toolbar
    text +=
      "<div class=\"scroll\"><table class=\"sortable\"><thead><tr>"
      + "<th scope=\"col\"><button>upstream</button></th>"
    for column in board.columns {
      let task = column.task.map {
        "<span class=\"task\">\(Markup.escaped($0))</span>"
      }
      text +=
        "<th scope=\"col\" data-task=\"\(Markup.escaped(column.task ?? ""))\""
        + " title=\"\(Markup.escaped(column.split.map { "on " + $0 } ?? ""))\">"
        + "<button>\(task ?? "")\(Markup.escaped(column.heading))</button></th>"
    }
    text += "</tr></thead>\n<tbody>\n"
    for (index, row) in board.rows.enumerated() { text += self.row(row, index) }
    text += "</tbody>\n"
    if board.isRanked { text += publishedRows }
    text += "</table></div>\n"
    text += (notes + board.notes).map {
      "<p class=\"note\">\(Markup.escaped($0))</p>\n"
    }.joined()
    return text + "</section>\n"
  }

  private var toolbar: String {
    let tasks = board.tasks
    guard tasks.count > 1 else { return "" }
    var text = "<div class=\"filter\" role=\"group\" aria-label=\"tasks\">"
    for task in tasks {
      let name = Markup.escaped(task)
      text +=
        "<label><input type=\"checkbox\" checked value=\"\(name)\">"
        + "\(name)</label>"
    }
    if board.isRanked, !publishedFigures.isEmpty {
      text +=
        "<label class=\"other\"><input type=\"checkbox\" "
        + "class=\"published-shown\">published figures</label>"
    }
    return text + "</div>\n"
  }

  private func row(_ row: Board.Row, _ index: Int) -> String {
    let rank = row.meanRank.map {
      " title=\"mean rank \(Markup.number($0, digits: 3))\""
    }
    var text =
      "<tr><th scope=\"row\"\(rank ?? "")>\(Markup.escaped(row.upstream))</th>"
    for (column, cell) in zip(board.columns, row.cells) {
      let entry = column.task.flatMap { row.entries[$0] }
      text += self.cell(
        cell, column, entry, link: entry == nil ? nil : anchor(index, column))
    }
    return text + "</tr>\n"
  }

  private func cell(
    _ cell: Board.Cell, _ column: Board.Column, _ entry: Leaderboard.Entry?,
    link: String?
  ) -> String {
    func linked(_ text: String) -> String {
      link.map { "<a href=\"#\($0)\">\(text)</a>" } ?? text
    }
    let task = "data-task=\"\(Markup.escaped(column.task ?? ""))\""
    switch cell {
    case .missing: return "<td \(task)>\(linked("–"))</td>"
    case .failed(let number, let reason):
      return "<td \(task) class=\"failed\" title=\"\(Markup.escaped(reason))\">"
        + linked("✗\(number)") + "</td>"
    case .figure(let value, let text, let isBest):
      var tip: [String] = []
      var marks = ""
      if let entry, let metric = column.figure(of: entry.result) {
        let folds = entry.result.foldValues(of: metric)
        if let spread = folds.sampleDeviation {
          tip.append(
            "± \(column.text(metric.unit.shown(spread) ?? 0)) over "
              + "\(folds.count) folds")
        }
        if let interval = evidence.cells[entry.path]?[metric]?.interval,
          let low = metric.unit.shown(interval.low),
          let high = metric.unit.shown(interval.high)
        {
          tip.append("95 %: \(column.text(low))–\(column.text(high))")
        }
        if metric.isPrimary {
          if let own = entry.result.chosenOnDev,
            let shown = own.unit.shown(own.value)
          {
            tip.append("chosen on dev: \(column.text(shown))")
          }
          marks = self.marks(entry, isBest: isBest, &tip)
        }
      }
      let shown = linked(Markup.escaped(text))
      let title =
        tip.isEmpty
        ? "" : " title=\"\(Markup.escaped(tip.joined(separator: "; ")))\""
      return "<td \(task) data-value=\"\(value)\"\(title)>"
        + (isBest ? "<b>\(shown)</b>" : shown) + marks + "</td>"
    }
  }

  private func marks(
    _ entry: Leaderboard.Entry, isBest: Bool, _ tip: inout [String]
  ) -> String {
    var marks = ""
    if let standing = evidence.standings[entry.path], !isBest {
      let p = Markup.number(standing.p, digits: 2)
      tip.append(
        standing.isLevel
          ? "not told apart from \(standing.best), p = \(p) after Holm"
          : "behind \(standing.best), p = \(p) after Holm")
      if standing.isLevel { marks += "≈" }
    }
    if entry.result.warnings.contains(where: { !$0.isEmpty }) {
      tip.append(entry.result.warnings[0])
      marks += "!"
    }
    return marks.isEmpty ? "" : "<sup>\(marks)</sup>"
  }

  private var notes: [String] {
    var notes: [String] = []
    let entries = board.rows.flatMap(\.entries.values)
    if entries.contains(where: {
      evidence.standings[$0.path]?.isLevel == true
    }) {
      notes.append(
        "≈ not told apart from the best of its column at 5 %, corrected after "
          + "Holm over the board.")
    }
    if entries.contains(where: { !$0.result.warnings.isEmpty }) {
      notes.append("! there are warnings in the cell.")
    }
    return notes
  }

  // MARK: - Published

  private var publishedFigures: [(String, [PublishedFigures.Figure?])] {
    published?.rows(for: board.columns) ?? []
  }

  private var publishedRows: String {
    let rows = publishedFigures
    guard !rows.isEmpty else { return "" }
    var text =
      "<tbody class=\"published\" hidden><tr class=\"head\">"
      + "<th scope=\"rowgroup\" colspan=\"\(board.columns.count + 1)\">"
      + "Published, not measured here and not ranked; ? from memory and not "
      + "held against the source, ?? doubtful</th></tr>\n"
    for (name, figures) in rows {
      text += "<tr><th scope=\"row\">\(Markup.escaped(name))</th>"
      for (column, figure) in zip(board.columns, figures) {
        let task = "data-task=\"\(Markup.escaped(column.task ?? ""))\""
        guard let figure else {
          text += "<td \(task)></td>"
          continue
        }
        let mark = ["recalled": "?", "doubtful": "??"][figure.certainty] ?? ""
        text +=
          "<td \(task) title=\"\(Markup.escaped(figure.source))\">"
          + "\(Markup.escaped(figure.text))"
          + (mark.isEmpty ? "" : "<sup>\(mark)</sup>") + "</td>"
      }
      text += "</tr>\n"
    }
    return text + "</tbody>\n"
  }

  /// Made of numbers alone: no name can spoil it.
  func anchor(_ row: Int, _ column: Board.Column) -> String {
    let place = column.task.flatMap { board.tasks.firstIndex(of: $0) } ?? 0
    return "result-\(number)-\(row + 1)-\(place + 1)"
  }
}
