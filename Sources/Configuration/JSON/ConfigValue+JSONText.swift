extension ConfigValue {
  /// The value as JSON on one line without spaces. With sorted keys (in the
  /// order of their UTF-8 bytes) equal values give equal text, fit for a
  /// signature.
  ///
  /// A float is written in the shortest form that reads back to the same
  /// number and always with a dot or an exponent, so it differs from an
  /// integer. JSON has no infinities and no NaN: they become the strings
  /// `"inf"`, `"-inf"` and `"nan"`.
  package func json(sortedKeys: Bool = true) -> String {
    var text = ""
    writeJSON(to: &text, sortedKeys)
    return text
  }

  private func writeJSON(to text: inout String, _ sortedKeys: Bool) {
    switch kind {
    case .null: text += "null"
    case .bool(let value): text += "\(value)"
    case .integer(let value): text += "\(value)"
    case .float(let value):
      text += value.isFinite ? "\(value)" : "\"\(value)\""
    case .string(let value): Self.writeJSON(value, to: &text)
    case .list(let items):
      text += "["
      for (index, item) in items.enumerated() {
        if index > 0 { text += "," }
        item.writeJSON(to: &text, sortedKeys)
      }
      text += "]"
    case .map(let map):
      text += "{"
      let entries =
        sortedKeys
        ? map.entries.sorted {
          $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
        } : map.entries
      for (index, entry) in entries.enumerated() {
        if index > 0 { text += "," }
        Self.writeJSON(entry.key, to: &text)
        text += ":"
        entry.value.writeJSON(to: &text, sortedKeys)
      }
      text += "}"
    }
  }

  private static func writeJSON(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{8}": text += "\\b"
      case "\u{c}": text += "\\f"
      case "\u{0}"..<"\u{20}":
        let code = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - code.count) + code
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
