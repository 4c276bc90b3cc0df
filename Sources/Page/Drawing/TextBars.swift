/// Lying bars in lines of text, each with its name and figure before it.
package struct TextBars {
  /// No line is longer than the width, as long as names and figures fit.
  package let lines: [String]

  /// - Parameters:
  ///   - rows: names, figures as text, and how long the bar is, from 0; the
  ///     longest fills the width.
  ///   - width: columns of the terminal; bars have 60 at most.
  package init(
    _ rows: [(name: String, text: String, value: Double)], width: Int
  ) {
    let names = rows.map(\.name.count).max() ?? 0
    let texts = rows.map(\.text.count).max() ?? 0
    let room = min(60, max(4, width - names - texts - 4))
    let highest = rows.map(\.value).max() ?? 0
    lines = rows.map { row in
      let share = highest > 0 ? max(0, row.value) / highest : 0
      let bar = Self.bar(Int((share * Double(room * 8)).rounded()))
      let line =
        Self.padding(names - row.name.count) + row.name + "  "
        + Self.padding(texts - row.text.count) + row.text + "  " + bar
      return bar.isEmpty ? String(line.dropLast(2)) : line
    }
  }

  private static func padding(_ count: Int) -> String {
    String(repeating: " ", count: max(0, count))
  }

  /// - Parameter eighths: of a column.
  private static func bar(_ eighths: Int) -> String {
    let part = Array("▏▎▍▌▋▊▉")
    return String(repeating: "█", count: eighths / 8)
      + (eighths % 8 > 0 ? String(part[eighths % 8 - 1]) : "")
  }
}
