extension Standings {
  /// One page that fetches nothing: sortable tables, then everything known
  /// of each cell.
  func html() throws -> String {
    var body: [String] = []
    if isEmpty { body.append("<p>\(escaped(Self.emptyMessage))</p>") }
    for (number, section) in sections.enumerated() {
      body += table(section, number: number + 1)
    }
    if !notes.isEmpty {
      body.append("<h2>Not read</h2>")
      body.append("<ul>")
      body += notes.map {
        "<li><code>\(escaped($0.file))</code>: \(escaped($0.reason))</li>"
      }
      body.append("</ul>")
    }
    for (number, section) in sections.enumerated() {
      body.append("<h2>Details: \(escaped(section.condition.heading))</h2>")
      for (r, row) in section.rows.enumerated() {
        for task in section.tasks {
          guard let entry = row.entries[task] else { continue }
          body += try ResultDetails(
            entry: entry, anchor: anchor(number + 1, r, task, section)
          ).lines
        }
      }
    }
    return HTMLPage.text(body: body)
  }

  private func table(_ section: Section, number: Int) -> [String] {
    var lines = [
      "<h2>\(escaped(section.condition.heading))</h2>",
      "<div class=\"scroll\"><table class=\"sortable\">",
      "<thead><tr>",
      "<th scope=\"col\"><button>upstream</button></th>",
    ]
    lines += section.columns.map { column in
      let task = column.task.map { escaped($0) + "<br>" } ?? ""
      let split =
        column.task == nil
        ? "" : " title=\"split: \(escaped(column.metric?.split ?? "–"))\""
      return "<th scope=\"col\"\(split)><button>\(task)"
        + "\(escaped(column.heading))</button></th>"
    }
    lines += ["</tr></thead>", "<tbody>"]
    for (r, row) in section.rows.enumerated() {
      lines.append("<tr><th scope=\"row\">\(escaped(row.upstream))</th>")
      for (column, cell) in zip(section.columns, row.cells) {
        let link = column.task.flatMap {
          row.entries[$0] == nil ? nil : anchor(number, r, $0, section)
        }
        lines.append(self.cell(cell, section, link: link))
      }
      lines.append("</tr>")
    }
    lines += ["</tbody>", "</table></div>"]
    return lines
      + section.below.map { "<p class=\"note\">\(escaped($0))</p>" }
  }

  private func cell(
    _ cell: Section.Cell, _ section: Section, link: String?
  ) -> String {
    func linked(_ text: String) -> String {
      link.map { "<a href=\"#\($0)\">\(text)</a>" } ?? text
    }
    switch cell {
    case .missing: return "<td>\(linked("–"))</td>"
    case .figure(let value, let text, let isBest):
      let shown = linked(escaped(text))
      return "<td data-value=\"\(value)\">"
        + (isBest ? "<b>\(shown)</b>" : shown) + "</td>"
    case .failed(let footnote):
      let reason = escaped(section.footnotes[footnote - 1].reason)
      return "<td class=\"failed\" title=\"\(reason)\">"
        + linked("✗\(footnote)") + "</td>"
    }
  }

  /// Made of numbers alone: no name can spoil it.
  private func anchor(
    _ section: Int, _ row: Int, _ task: String, _ source: Section
  ) -> String {
    let column = source.tasks.firstIndex(of: task) ?? 0
    return "result-\(section)-\(row + 1)-\(column + 1)"
  }

  private func escaped(_ text: String) -> String {
    HTMLPage.escaped(text)
  }
}

extension Section {
  /// The ids of the tasks in the order of their columns, each once.
  var tasks: [String] {
    columns.compactMap(\.task).reduce(into: []) { tasks, task in
      if tasks.last != task { tasks.append(task) }
    }
  }
}
