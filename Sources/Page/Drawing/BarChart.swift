/// Upright bars side by side, in one or two colours.
struct BarChart {
  struct Bar {
    var label: String
    /// One for each of ``BarChart/names``.
    var values: [Double]
    /// What a pointer is told.
    var note: String
  }

  var title: String
  /// What the bars of a group mean; one for a single colour.
  var names: [String]
  var bars: [Bar]
  var xTitle: String
  var yTitle: String

  var figure: Figure? {
    guard !bars.isEmpty else { return nil }
    let (left, right, top, bottom) = (56.0, 448.0, 20.0, 188.0)
    let y = Axis(
      holding: bars.flatMap(\.values), from: bottom, to: top, fromZero: true)
    let room = (right - left) / Double(bars.count)
    // Labels that would touch each other are left out.
    let longest = bars.map(\.label.count).max() ?? 1
    let every = max(1, Int((Double(longest) * 7 + 6) / room + 0.999))
    let x = Axis(
      0...Double(bars.count), from: left, to: right,
      ticks: bars.enumerated().filter { $0.offset % every == 0 }.map {
        (Double($0.offset) + 0.5, $0.element.label)
      })
    var content = LineChart.frame(x, y, xTitle: xTitle, yTitle: yTitle)
    let zero = y.place(0)
    let width = room * 0.8 / Double(max(1, names.count))
    for (index, bar) in bars.enumerated() {
      for (part, value) in bar.values.enumerated() {
        let start =
          left + room * (Double(index) + 0.1) + width * Double(part)
        let place = y.place(value)
        content +=
          "<rect class=\"bar s\(part + 1)\" x=\"\(Markup.place(start))\" "
          + "y=\"\(Markup.place(min(place, zero)))\" "
          + "width=\"\(Markup.place(max(1, width - 0.6)))\" "
          + "height=\"\(Markup.place(abs(place - zero)))\"><title>"
          + "\(Markup.escaped(bar.note))</title></rect>"
      }
    }
    let told = bars.prefix(30).map(\.note).joined(separator: "; ")
    return Figure(
      title: title, description: "\(title): \(told)", content: content,
      legend: names.count > 1
        ? names.enumerated().map { ($0.offset + 1, $0.element) } : [])
  }
}
