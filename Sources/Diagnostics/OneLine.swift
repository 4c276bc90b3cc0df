extension Unicode.Scalar {
  /// Control characters, and those that turn the reading direction.
  package var steersDisplay: Bool {
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
  package var oneLine: String {
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0x0A, 0x0D, 0x09, 0x2028, 0x2029, 0x85: result.append(" ")
      default: result.append(scalar.steersDisplay ? "\u{FFFD}" : scalar)
      }
    }
    return String(result)
  }

  /// For a message that quotes a foreign text, such as the name of a tensor:
  /// on one line and of at most 80 characters, the middle left out.
  package var shown: String {
    // Cut first: such a name may have a hundred megabytes.
    guard utf8.count > 400 || count > 80 else { return oneLine }
    return "\(prefix(50))…\(suffix(28))".oneLine
  }
}
