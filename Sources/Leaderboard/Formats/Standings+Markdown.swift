extension Standings {
  /// Tables as GitHub renders them.
  func markdown() -> String {
    var blocks = sections.map { section in
      var lines = ["## " + escaped(section.condition.heading), ""]
      let headings = section.columns.map { column in
        [column.task ?? "", column.heading].filter { !$0.isEmpty }
          .joined(separator: " ")
      }
      lines.append(row(["upstream"] + headings.map(escaped)))
      lines.append(row(["---"] + headings.map { _ in "---:" }))
      for line in section.rows {
        lines.append(row([escaped(line.upstream)] + line.cells.map(cell)))
      }
      let below =
        section.footnotes.enumerated().map { "✗\($0 + 1) \($1.text)" }
        + section.remarks
      if !below.isEmpty { lines.append("") }
      return lines + below.map { "- " + escaped($0) }
    }
    if isEmpty { blocks.append([escaped(Self.emptyMessage)]) }
    if !notes.isEmpty { blocks.append(noteLines.map { "- " + escaped($0) }) }
    return blocks.map { $0.joined(separator: "\n") + "\n" }
      .joined(separator: "\n")
  }

  private func row(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }

  private func cell(_ cell: Section.Cell) -> String {
    switch cell {
    case .missing: "–"
    case .figure(_, let text, let isBest): isBest ? "**\(text)**" : text
    case .failed(let footnote): "✗\(footnote)"
    }
  }

  /// The text with everything taken from it that Markdown or HTML reads.
  private func escaped(_ text: String) -> String {
    var result = ""
    for character in text.oneLine.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\\", "|", "*", "_", "`", "[", "]", "~":
        result += "\\\(character)"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
