extension String {
  /// The text with what `replacement` gives in the place of each scalar that
  /// it gives something for.
  func escaped(_ replacement: (Unicode.Scalar) -> String?) -> String {
    unicodeScalars.reduce(into: "") { result, scalar in
      result.unicodeScalars.append(
        contentsOf: replacement(scalar)?.unicodeScalars
          ?? String(scalar).unicodeScalars)
    }
  }

  /// At most `width` columns: the middle is left out, since names that begin
  /// alike often end differently.
  func shortened(to width: Int) -> String {
    guard displayWidth(self) > width, width > 0 else { return self }
    var head = ""
    var tail = ""
    var (front, back) = (self[...], self[...])
    var takesFront = true
    while let next = takesFront ? front.popFirst() : back.popLast() {
      let longer = takesFront ? head + String(next) : String(next) + tail
      let other = takesFront ? tail : head
      if displayWidth(longer) + displayWidth(other) + 1 > width { break }
      if takesFront { head = longer } else { tail = longer }
      takesFront.toggle()
    }
    return head + "…" + tail
  }

  /// Broken between words into lines of at most `width` columns, all but the
  /// first indented by `indent`.
  package func wrapped(to width: Int?, indent: Int = 0) -> [String] {
    guard let width else { return [self] }
    var lines: [String] = []
    var line = ""
    for word in split(separator: " ", omittingEmptySubsequences: false) {
      let isFirst = line.allSatisfy { $0 == " " }
      if !isFirst, displayWidth(line) + 1 + displayWidth(word) > width {
        lines.append(line)
        line = String(repeating: " ", count: indent) + word
      } else {
        line += isFirst ? String(word) : " " + word
      }
    }
    return lines + [line]
  }
}
