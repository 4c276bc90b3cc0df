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
        lines.append(
          row(
            [escaped(line.upstream)]
              + line.cells.map { $0.isBest ? "**\($0.text)**" : $0.text }))
      }
      if !section.below.isEmpty { lines.append("") }
      return lines + section.below.map { "- " + escaped($0) }
    }
    if isEmpty { blocks.append([escaped(Self.emptyMessage)]) }
    if !notes.isEmpty { blocks.append(noteLines.map { "- " + escaped($0) }) }
    return blocks.map { $0.joined(separator: "\n") + "\n" }
      .joined(separator: "\n")
  }

  private func row(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }

  /// The text with everything taken from it that Markdown or HTML reads.
  private func escaped(_ text: String) -> String {
    text.oneLine.escaped { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\\", "|", "*", "_", "`", "[", "]", "~": "\\\(scalar)"
      default: nil
      }
    }
  }
}
