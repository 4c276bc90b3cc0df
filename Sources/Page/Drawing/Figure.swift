/// A drawing with its caption, as an element of the page.
struct Figure {
  var title: String
  /// What a reader who does not see it is told.
  var description: String
  var width = 466.0
  var height = 230.0
  /// SVG within a box of that width and height.
  var content: String
  /// Colours and their meaning, below the drawing.
  var legend: [(style: Int, text: String)] = []

  var html: String {
    let key = legend.map {
      "<span class=\"key\"><i class=\"s\($0.style)\"></i>"
        + "\(Markup.escaped($0.text))</span>"
    }.joined(separator: " ")
    return "<figure><figcaption>\(Markup.escaped(title))</figcaption>\n"
      + "<svg viewBox=\"0 0 \(Markup.place(width)) \(Markup.place(height))\" "
      + "role=\"img\" aria-label=\"\(Markup.escaped(description))\">"
      + content + "</svg>\n"
      + (key.isEmpty ? "" : "<div class=\"keys\">\(key)</div>\n") + "</figure>"
  }
}
