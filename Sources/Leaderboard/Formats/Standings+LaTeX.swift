extension Standings {
  /// One `table` environment for each section.
  func latex() -> String {
    var blocks = [["% Needs \\usepackage{booktabs}."]]
    if isEmpty { blocks.append(["% " + Self.emptyMessage]) }
    blocks += sections.map(environment)
    if !notes.isEmpty { blocks.append(noteLines.map { "% " + $0.oneLine }) }
    return blocks.map { $0.joined(separator: "\n") + "\n" }
      .joined(separator: "\n")
  }

  private func environment(_ section: Section) -> [String] {
    let count = section.columns.count
    var lines = [
      "\\begin{table}",
      "  \\centering",
      "  \\caption{\(section.condition.heading.texText)}",
      "  \\begin{tabular}{l\(String(repeating: "r", count: count))}",
      "    \\toprule",
    ]
    var titles = [""]
    var rules: [String] = []
    var start = 0
    while start < count {
      let task = section.columns[start].task
      let end =
        section.columns[start...].firstIndex { $0.task != task } ?? count
      let title = (task ?? "").texText
      titles.append(
        end - start == 1 ? title : "\\multicolumn{\(end - start)}{c}{\(title)}")
      if task != nil { rules.append("\\cmidrule(lr){\(start + 2)-\(end + 1)}") }
      start = end
    }
    lines.append(row(titles))
    lines.append("    " + rules.joined(separator: " "))
    lines.append(row(["upstream"] + section.columns.map { heading($0) }))
    lines.append("    \\midrule")
    for line in section.rows {
      lines.append(row([line.upstream.texText] + line.cells.map(cell)))
    }
    lines += ["    \\bottomrule", "  \\end{tabular}"]
    let below =
      section.footnotes.enumerated().map {
        "\(sign($0 + 1)) \($1.text.texText)"
      } + section.remarks.map(\.texText)
    lines += below.map { "  \\par\\smallskip{\\footnotesize \($0)\\par}" }
    return lines + ["\\end{table}"]
  }

  private func row(_ cells: [String]) -> String {
    "    " + cells.joined(separator: " & ") + " \\\\"
  }

  private func heading(_ column: Column) -> String {
    var parts = [column.title.texText, column.unitSymbol.texText]
    if let metric = column.metric {
      parts.append(metric.higherIsBetter ? "$\\uparrow$" : "$\\downarrow$")
    }
    return parts.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private func cell(_ cell: Section.Cell) -> String {
    switch cell {
    case .missing: "--"
    case .figure(_, let text, let isBest):
      isBest ? "\\textbf{\(minus(text))}" : minus(text)
    case .failed(let footnote): sign(footnote)
    }
  }

  /// A figure with a minus sign instead of a hyphen.
  private func minus(_ text: String) -> String {
    text.hasPrefix("-") ? "$-$" + text.dropFirst() : text
  }

  private func sign(_ footnote: Int) -> String { "$\\times^{\(footnote)}$" }
}
