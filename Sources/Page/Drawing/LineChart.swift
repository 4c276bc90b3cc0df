/// Curves over a common axis.
struct LineChart {
  struct Line {
    var name: String
    var points: [(x: Double, y: Double)]
    /// One of the page's colours, from 1; lines of one colour share a key.
    var style: Int
  }

  var title: String
  var lines: [Line]
  var xTitle: String
  var yTitle: String
  /// Where something was decided.
  var mark: (x: Double, text: String)?

  var figure: Figure? {
    let points = lines.flatMap(\.points)
    guard points.count > 1 else { return nil }
    let (left, right, top, bottom) = (56.0, 448.0, 20.0, 188.0)
    let x = Axis(
      holding: points.map(\.x) + (mark.map { [$0.x] } ?? []), from: left,
      to: right)
    let y = Axis(holding: points.map(\.y), from: bottom, to: top)
    var content = Self.frame(x, y, xTitle: xTitle, yTitle: yTitle)
    if let mark {
      let place = x.place(mark.x)
      let isLeft = place > (left + right) / 2
      content +=
        "<path class=\"mark\" d=\"M\(Markup.place(place)) \(top)V\(bottom)\"/>"
        + "<text x=\"\(Markup.place(place + (isLeft ? -5 : 5)))\" "
        + "y=\"\(top + 9)\" text-anchor=\"\(isLeft ? "end" : "start")\">"
        + "\(Markup.escaped(mark.text))</text>"
    }
    for line in lines {
      let path = line.points.enumerated().map { index, point in
        (index == 0 ? "M" : "L") + Markup.place(x.place(point.x)) + " "
          + Markup.place(y.place(point.y))
      }.joined()
      content +=
        "<path class=\"line s\(line.style)\" d=\"\(path)\"><title>"
        + "\(Markup.escaped(line.name))</title></path>"
      guard line.points.count <= 40 else { continue }
      for point in line.points {
        content +=
          "<circle class=\"dot s\(line.style)\" "
          + "cx=\"\(Markup.place(x.place(point.x)))\" "
          + "cy=\"\(Markup.place(y.place(point.y)))\" r=\"2.6\"><title>"
          + "\(Markup.escaped(line.name)): \(Markup.number(point.y)) at "
          + "\(Markup.number(point.x, digits: 6))</title></circle>"
      }
    }
    var legend: [(style: Int, text: String)] = []
    for line in lines where !legend.contains(where: { $0.style == line.style })
    { legend.append((line.style, line.name)) }
    return Figure(
      title: title, description: description, content: content,
      legend: legend)
  }

  private var description: String {
    let ends = lines.prefix(6).map { line in
      let first = line.points.first?.y ?? 0
      let last = line.points.last?.y ?? 0
      return "\(line.name) from \(Markup.number(first)) to "
        + Markup.number(last)
    }
    return "\(title), \(yTitle) over \(xTitle): "
      + ends.joined(separator: "; ")
      + (mark.map { "; \($0.text)" } ?? "")
  }

  /// Grid, ticks and titles.
  static func frame(
    _ x: Axis, _ y: Axis, xTitle: String, yTitle: String
  ) -> String {
    var text = ""
    for tick in y.ticks {
      let place = Markup.place(y.place(tick.value))
      text +=
        "<path class=\"grid\" d=\"M\(Markup.place(x.from)) \(place)"
        + "H\(Markup.place(x.to))\"/>"
        + "<text x=\"\(Markup.place(x.from - 6))\" y=\"\(place)\" dy=\"4\" "
        + "text-anchor=\"end\">\(Markup.escaped(tick.text))</text>"
    }
    for tick in x.ticks {
      text +=
        "<text x=\"\(Markup.place(x.place(tick.value)))\" "
        + "y=\"\(Markup.place(y.from + 16))\" text-anchor=\"middle\">"
        + "\(Markup.escaped(tick.text))</text>"
    }
    text +=
      "<path class=\"axis\" d=\"M\(Markup.place(x.from)) "
      + "\(Markup.place(y.from))H\(Markup.place(x.to))\"/>"
      + "<text class=\"title\" x=\"\(Markup.place((x.from + x.to) / 2))\" "
      + "y=\"\(Markup.place(y.from + 34))\" text-anchor=\"middle\">"
      + "\(Markup.escaped(xTitle))</text>"
      + "<text class=\"title\" x=\"\(Markup.place(x.from - 46))\" "
      + "y=\"\(Markup.place(y.to - 9))\">\(Markup.escaped(yTitle))</text>"
    return text
  }
}
