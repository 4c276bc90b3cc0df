import Foundation
import Records

/// What a head said of one utterance at one step: posteriors of its symbols,
/// or who speaks when.
struct SnapshotChart {
  var step: Int
  var item: TrainingSnapshot.Item

  /// nil for an answer that is neither.
  var figure: Figure? {
    if let symbols = item.symbols, let posteriors = item.posteriors,
      let parts = posteriors.first?.count, parts > 0
    {
      return drawn(
        symbols.map { $0 == " " ? "␣" : $0 }, to: Double(parts),
        zip(0..., posteriors).flatMap { row, values in
          values.enumerated().filter { $0.element >= 0.05 }.map {
            Block(
              row: row, start: Double($0.offset), length: 1,
              strength: $0.element,
              note: "\(symbols[row]) \(Markup.number($0.element, digits: 2))")
          }
        }, xTitle: "time")
    }
    let turns = Self.turns(item.said)
    let truth = Self.turns(item.truth ?? "")
    guard let end = (turns + truth).map({ $0.start + $0.length }).max(), end > 0
    else { return nil }
    let names = Set(turns.map(\.name)).sorted()
    // Below what was said; whose names are others than those of the outputs.
    let speakers = Set(truth.map(\.name)).sorted()
    let blocks = [(turns, names, 0, 1.0), (truth, speakers, names.count, 0.5)]
    return drawn(
      names + speakers.indices.map { "true \($0 + 1)" }, to: end,
      blocks.flatMap { turns, names, first, strength in
        turns.map { turn in
          Block(
            row: first + (names.firstIndex(of: turn.name) ?? 0),
            start: turn.start, length: turn.length, strength: strength,
            note: "\(turn.name) from \(Markup.number(turn.start)) s for "
              + "\(Markup.number(turn.length)) s")
        }
      }, xTitle: "0–\(Markup.number(end)) s")
  }

  private struct Block {
    var row: Int
    var start: Double
    var length: Double
    var strength: Double
    var note: String
  }

  private func drawn(
    _ rows: [String], to end: Double, _ blocks: [Block], xTitle: String
  ) -> Figure {
    let (left, right, top) = (56.0, 448.0, 8.0)
    let height = min(18, max(9, 160 / Double(max(1, rows.count))))
    let bottom = top + height * Double(rows.count)
    let scale = (right - left) / end
    var content = ""
    for (row, name) in rows.enumerated() {
      let middle = top + height * (Double(row) + 0.5)
      content +=
        "<text x=\"\(left - 6)\" y=\"\(Markup.place(middle))\" dy=\"4\" "
        + "text-anchor=\"end\">\(Markup.escaped(name))</text>"
    }
    for block in blocks {
      content +=
        "<rect class=\"bar s1\" "
        + "x=\"\(Markup.place(left + block.start * scale))\" "
        + "y=\"\(Markup.place(top + height * Double(block.row) + 0.5))\" "
        + "width=\"\(Markup.place(max(0.8, block.length * scale)))\" "
        + "height=\"\(Markup.place(height - 1))\" "
        + "fill-opacity=\"\(Markup.number(block.strength, digits: 2))\">"
        + "<title>\(Markup.escaped(block.note))</title></rect>"
    }
    content +=
      "<path class=\"axis\" d=\"M\(left) \(Markup.place(bottom))H\(right)\"/>"
      + "<text class=\"title\" x=\"\((left + right) / 2)\" "
      + "y=\"\(Markup.place(bottom + 15))\" text-anchor=\"middle\">"
      + "\(Markup.escaped(xTitle))</text>"
    var words: [String] = []
    if item.symbols != nil {
      words.append("said: " + Self.short(item.said))
      if let truth = item.truth { words.append("truth: " + Self.short(truth)) }
    }
    for (line, text) in words.enumerated() {
      content +=
        "<text x=\"8\" y=\"\(Markup.place(bottom + 32 + 14 * Double(line)))\">"
        + "\(Markup.escaped(text))</text>"
    }
    return Figure(
      title: "step \(step): \(item.id)",
      description: "step \(step), \(item.id): "
        + (item.truth.map { "truth \($0), " } ?? "") + "said \(item.said)",
      height: bottom + 24 + 14 * Double(words.count), content: content)
  }

  private static func short(_ text: String) -> String {
    text.count > 68 ? text.prefix(67) + "…" : text
  }

  /// Of lines of RTTM.
  private static func turns(
    _ text: String
  ) -> [(name: String, start: Double, length: Double)] {
    text.split(whereSeparator: \.isNewline).compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count > 7, fields[0] == "SPEAKER",
        let start = Double(fields[3]), let length = Double(fields[4])
      else { return nil }
      return (String(fields[7]), start, length)
    }
  }
}
