/// How many columns of a terminal a text takes.
///
/// Two for East Asian wide characters and emoji, none for combining and
/// invisible ones. The C library's `wcwidth` would ask the locale, and the
/// table must not depend on it.
func displayWidth(_ text: some StringProtocol) -> Int {
  text.reduce(0) { $0 + displayWidth($1) }
}

private func displayWidth(_ character: Character) -> Int {
  var width = 0
  for scalar in character.unicodeScalars {
    // The variation selector that asks for the emoji.
    if scalar.value == 0xFE0F { return 2 }
    width = max(width, displayWidth(scalar))
  }
  return width
}

private func displayWidth(_ scalar: Unicode.Scalar) -> Int {
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format, .control: return 0
  default: break
  }
  if scalar.properties.isEmojiPresentation { return 2 }
  return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
}

/// Blocks that Unicode's EastAsianWidth calls wide or full-width.
private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F,  // Hangul Jamo, initial
  0x2E80...0x303E,  // CJK radicals, punctuation
  0x3041...0x4DBF,  // kana, CJK extension A
  0x4E00...0x9FFF,  // CJK
  0xA000...0xA4CF,  // Yi
  0xA960...0xA97F,  // Hangul Jamo, extended A
  0xAC00...0xD7A3,  // Hangul syllables
  0xF900...0xFAFF,  // CJK compatibility
  0xFE30...0xFE6F,  // CJK compatibility forms
  0xFF00...0xFF60,  // full-width forms
  0xFFE0...0xFFE6,
  0x20000...0x3FFFD,  // CJK extensions B and later
]
