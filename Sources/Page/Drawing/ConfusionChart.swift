/// How often each class was taken for which: rows are truths, columns answers,
/// a cell as dark as its share of the row.
struct ConfusionChart {
  var classes: [String]
  /// [truth][answer]
  var counts: [[Int]]

  /// More do not fit.
  static let limit = 40

  var figure: Figure? {
    let count = classes.count
    guard count > 1, count <= Self.limit else { return nil }
    let longest = Double(classes.map(\.count).max() ?? 1)
    let left = min(150, longest * 6.4 + 26)
    let side = min(34, (448 - left) / Double(count))
    let top = 14.0
    let edge = top + side * Double(count)
    var content = ""
    for (t, row) in counts.enumerated() {
      let total = row.reduce(0, +)
      let y = top + side * Double(t)
      if side > 7.5 {
        content +=
          "<text x=\"\(Markup.place(left - 5))\" "
          + "y=\"\(Markup.place(y + side / 2 + 4))\" text-anchor=\"end\">"
          + "\(Markup.escaped(Self.short(classes[t], to: 22)))</text>"
      }
      for (p, hits) in row.enumerated() where hits > 0 {
        let share = Double(hits) / Double(max(1, total))
        content +=
          "<rect class=\"\(t == p ? "right" : "wrong")\" "
          + "x=\"\(Markup.place(left + side * Double(p)))\" "
          + "y=\"\(Markup.place(y))\" width=\"\(Markup.place(side - 1))\" "
          + "height=\"\(Markup.place(side - 1))\" "
          + "fill-opacity=\"\(Markup.number(0.12 + 0.88 * share, digits: 2))\">"
          + "<title>\(Markup.escaped(classes[t])) taken for "
          + "\(Markup.escaped(classes[p])): \(hits) of \(total)</title></rect>"
        if side > 20 {
          content +=
            "<text class=\"\(share > 0.45 ? "on" : "in")\" "
            + "x=\"\(Markup.place(left + side * (Double(p) + 0.5)))\" "
            + "y=\"\(Markup.place(y + side / 2 + 4))\" "
            + "text-anchor=\"middle\">\(hits)</text>"
        }
      }
    }
    if side > 11 {
      for (p, name) in classes.enumerated() {
        let x = left + side * (Double(p) + 0.5)
        content +=
          "<text text-anchor=\"end\" transform=\"translate("
          + "\(Markup.place(x + 4)) \(Markup.place(edge + 8)) ) rotate(-60)\">"
          + "\(Markup.escaped(Self.short(name, to: 14)))</text>"
      }
    }
    content +=
      "<rect class=\"box\" x=\"\(Markup.place(left))\" y=\"\(top)\" "
      + "width=\"\(Markup.place(edge - top))\" "
      + "height=\"\(Markup.place(edge - top))\"/>"
      + "<text class=\"title\" x=\"\(Markup.place(left))\" y=\"10\">"
      + "truth by row, answer by column</text>"
    let below = side > 11 ? min(longest, 14) * 6 + 20 : 10
    let told = classes.indices.prefix(20).map { t in
      "\(classes[t]) right \(counts[t][t]) of \(counts[t].reduce(0, +))"
    }
    return Figure(
      title: "confusions",
      description: "confusion matrix: " + told.joined(separator: "; "),
      height: edge + below, content: content)
  }

  private static func short(_ text: String, to count: Int) -> String {
    text.count > count ? text.prefix(count - 1) + "…" : text
  }
}
