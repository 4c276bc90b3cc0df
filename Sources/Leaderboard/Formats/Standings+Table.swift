extension Standings {
  /// Aligned text. Tables wider than `width` are cut into several, each with
  /// the upstreams' names; longer text is wrapped.
  func table(ansi: Bool, width: Int?) -> String {
    var blocks: [[String]] = sections.map {
      TextTable(section: $0, ansi: ansi, width: width).lines
    }
    if isEmpty { blocks.append(Self.emptyMessage.wrapped(to: width)) }
    if !notes.isEmpty {
      blocks.append(
        noteLines.flatMap { $0.oneLine.wrapped(to: width, indent: 2) })
    }
    return blocks.map { $0.joined(separator: "\n") + "\n" }
      .joined(separator: "\n")
  }
}

/// One section as aligned text.
private struct TextTable {
  let section: Section
  let ansi: Bool
  let width: Int?

  static let gap = 2
  static let rowTitle = "upstream"

  var lines: [String] {
    var lines = section.condition.heading.oneLine
      .wrapped(to: width).map(bold)
    let names = section.rows.map { name in
      let name = name.upstream.oneLine
      // A name may take half the screen: figures matter as well.
      return width.map { name.shortened(to: max($0 / 2, 8)) } ?? name
    }
    let nameWidth =
      (names + [Self.rowTitle]).map(displayWidth).max() ?? 0
    let columns = section.columns.indices.map {
      TextColumn(section, $0, width: width.map { $0 - nameWidth - Self.gap })
    }
    for part in parts(of: columns, nameWidth: nameWidth) {
      lines.append("")
      lines.append(line(padded("", to: nameWidth), part.map(\.task)))
      lines.append(
        line(padded(Self.rowTitle, to: nameWidth), part.map(\.heading)))
      lines.append(
        line(
          String(repeating: "─", count: nameWidth),
          part.map { String(repeating: "─", count: $0.width) }))
      for (i, name) in names.enumerated() {
        lines.append(
          line(padded(name, to: nameWidth), part.map { cell(i, of: $0) }))
      }
    }
    if !section.below.isEmpty { lines.append("") }
    return lines
      + section.below.flatMap { $0.oneLine.wrapped(to: width, indent: 3) }
  }

  /// As many columns side by side as fit, at least one.
  private func parts(
    of columns: [TextColumn], nameWidth: Int
  ) -> [[TextColumn]] {
    guard let width else { return [columns] }
    var parts: [[TextColumn]] = []
    var used = 0
    for column in columns {
      used += Self.gap + column.width
      if parts.isEmpty || used > width {
        parts.append([])
        used = nameWidth + Self.gap + column.width
      }
      parts[parts.count - 1].append(column)
    }
    return parts
  }

  private func cell(_ row: Int, of column: TextColumn) -> String {
    let text = padded(column.cells[row], to: column.width, right: true)
    let figure = column.cells[row]
    return column.isBest[row]
      ? text.dropLast(figure.count) + bold(figure) : text
  }

  private func bold(_ text: String) -> String {
    ansi ? "\u{1B}[1m\(text)\u{1B}[0m" : text
  }

  private func line(_ name: String, _ cells: [String]) -> String {
    let gap = String(repeating: " ", count: Self.gap)
    var line = ([name] + cells).joined(separator: gap)
    while line.last == " " { line.removeLast() }
    return line
  }
}

/// One column, its texts and their common width.
private struct TextColumn {
  var task: String
  var heading: String
  var cells: [String]
  var isBest: [Bool]
  var width: Int

  init(_ section: Section, _ index: Int, width limit: Int?) {
    let column = section.columns[index]
    cells = section.rows.map { $0.cells[index].text }
    isBest = section.rows.map { $0.cells[index].isBest }
    task = (column.task ?? "").oneLine
    heading = column.heading.oneLine
    if let limit {
      task = task.shortened(to: max(limit, 8))
      heading = heading.shortened(to: max(limit, 8))
    }
    let width = (cells + [task, heading]).map(displayWidth).max() ?? 0
    self.width = width
    task = padded(task, to: width, right: true)
    heading = padded(heading, to: width, right: true)
  }
}

private func padded(
  _ text: String, to width: Int, right: Bool = false
) -> String {
  let space = String(repeating: " ", count: max(width - displayWidth(text), 0))
  return right ? space + text : text + space
}
