extension Unicode.Scalar {
  /// Control characters, and those that turn the reading direction.
  var steersDisplay: Bool {
    switch value {
    case 0..<0x20, 0x7F...0x9F, 0x200E...0x200F, 0x202A...0x202E,
      0x2066...0x2069:
      true
    default: false
    }
  }
}

extension String {
  /// The text on one line, unable to steer a terminal or to turn the reading
  /// direction: line breaks become spaces, control characters `�`.
  var oneLine: String {
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0x0A, 0x0D, 0x09, 0x2028, 0x2029, 0x85: result.append(" ")
      default: result.append(scalar.steersDisplay ? "\u{FFFD}" : scalar)
      }
    }
    return String(result)
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
  func wrapped(to width: Int?, indent: Int = 0) -> [String] {
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
