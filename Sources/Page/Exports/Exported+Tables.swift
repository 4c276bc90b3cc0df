import Evidence
import Foundation
import Leaderboard
import Records

extension Exported {
  /// One record a figure, RFC 4180, with its interval: what a program of
  /// statistics reads. Figures are as tasks report them.
  package func tidy() -> String {
    let evidence = BoardEvidence(leaderboard, runs: runs)
    var rows = [
      [
        "upstream", "task", "metric", "split", "fold", "value", "low", "high",
        "drawn_over", "groups", "unit", "direction", "primary", "seed",
        "profile", "limit", "fine_tuned", "best", "p_holm", "signature",
      ]
    ]
    for entry in leaderboard.entries {
      let result = entry.result
      for metric in result.metrics {
        let known = evidence.cells[entry.path]?[metric]
        let standing = metric.isPrimary ? evidence.standings[entry.path] : nil
        func row(_ fold: String, _ value: Double, _ isWhole: Bool) -> [String] {
          [
            result.upstream.name, result.task.id, metric.name, metric.split,
            fold, "\(value)",
            isWhole ? known?.interval.map { "\($0.low)" } ?? "" : "",
            isWhole ? known?.interval.map { "\($0.high)" } ?? "" : "",
            isWhole ? known?.unit ?? "" : "",
            isWhole ? known?.groups.map(String.init) ?? "" : "",
            metric.unit.rawValue, metric.higherIsBetter ? "higher" : "lower",
            metric.isPrimary ? "yes" : "no", String(result.seed),
            result.profile.rawValue, result.limit.map(String.init) ?? "",
            result.fineTuning == nil ? "no" : "yes",
            isWhole ? standing?.best ?? "" : "",
            isWhole ? standing.map { "\($0.p)" } ?? "" : "",
            String(result.signature.prefix(12)),
          ]
        }
        rows.append(row("", metric.value, true))
        for fold in result.folds {
          for own in fold.metrics
          where own.name == metric.name && own.split == metric.split {
            rows.append(row(fold.name, own.value, false))
          }
        }
      }
    }
    return rows.map { $0.map(\.csvField).joined(separator: ",") + "\r\n" }
      .joined()
  }

  /// A `tabular` of the ranked board for the package booktabs: half of the
  /// 95 % interval after ±, and bold what is the best of its column or not
  /// told apart from it.
  package func significanceTable() -> String {
    guard
      let board = leaderboard.boards(taskOrder: taskOrder, metrics: .primary)
        .first(where: \.isRanked)
    else { return "% \(Leaderboard.emptyMessage)\n" }
    let evidence = BoardEvidence(leaderboard, runs: runs)
    var lines = [
      "% Needs \\usepackage{booktabs}. After \\pm stands half of the 95 %",
      "% interval by bootstrap; bold: the best of its column, or not told apart",
      "% from it at 5 %, corrected after Holm.",
      "\\begin{tabular}{l\(String(repeating: "r", count: board.columns.count))}",
      "  \\toprule",
    ]
    lines.append(
      row([""] + board.columns.map { ($0.task ?? $0.heading).texText }))
    lines.append(row([""] + board.columns.map { Self.heading($0) }))
    lines.append("  \\midrule")
    for line in board.rows {
      var cells = [line.upstream.texText]
      for (column, cell) in zip(board.columns, line.cells) {
        guard case .figure(_, let text, let isBest) = cell else {
          cells.append("--")
          continue
        }
        let entry = column.task.flatMap { line.entries[$0] }
        let metric = entry.flatMap { column.figure(of: $0.result) }
        var shown = text.hasPrefix("-") ? "$-$" + text.dropFirst() : text
        let isLevel =
          entry.flatMap { evidence.standings[$0.path]?.isLevel } ?? false
        if isBest || isLevel { shown = "\\textbf{\(shown)}" }
        if let entry, let metric,
          let interval = evidence.cells[entry.path]?[metric]?.interval,
          let half = metric.unit.shown((interval.high - interval.low) / 2)
        {
          shown += "{\\scriptsize\\,$\\pm$\\,\(column.text(half))}"
        }
        cells.append(shown)
      }
      lines.append(row(cells))
    }
    lines += ["  \\bottomrule", "\\end{tabular}"]
    return lines.joined(separator: "\n") + "\n"
  }

  private func row(_ cells: [String]) -> String {
    "  " + cells.joined(separator: " & ") + " \\\\"
  }

  private static func heading(_ column: Board.Column) -> String {
    column.heading.texText.replacingOccurrences(of: "↑", with: "$\\uparrow$")
      .replacingOccurrences(of: "↓", with: "$\\downarrow$")
  }
}
