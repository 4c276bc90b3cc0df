extension ConfigValue {
  /// The value as a YAML document in block style, ending with a newline.
  ///
  /// Read back, here or by PyYAML, it gives an equal value. Text that could be
  /// taken for anything else is quoted.
  package func yamlText() -> String {
    var writer = YAMLWriter()
    writer.write(self)
    return writer.text
  }
}

struct YAMLWriter {
  /// libyaml wants the `:` of `key: value` within 1024 characters; beyond
  /// this length the form with `?` is written.
  private static let longestPlainKey = 1000

  private(set) var text = ""
  /// The next line goes on behind a list's dash, which has indented it.
  private var isIndented = false

  mutating func write(_ value: ConfigValue) {
    if let scalar = scalar(value) {
      text += scalar + "\n"
    } else {
      block(value, indent: 0)
    }
  }

  private mutating func block(_ value: ConfigValue, indent: Int) {
    switch value.kind {
    case .list(let items):
      for item in items {
        startLine(indent)
        if let scalar = scalar(item) {
          text += "- \(scalar)\n"
        } else {
          text += "- "
          isIndented = true
          block(item, indent: indent + 2)
        }
      }
    case .map(let map):
      for entry in map.entries {
        startLine(indent)
        let key = YAMLWriter.quotedIfNeeded(entry.key)
        if key.unicodeScalars.count > Self.longestPlainKey {
          text += "? \(key)\n"
          startLine(indent)
        } else {
          text += key
        }
        if let scalar = scalar(entry.value) {
          text += ": \(scalar)\n"
        } else {
          text += ":\n"
          block(entry.value, indent: indent + 2)
        }
      }
    default: break
    }
  }

  private mutating func startLine(_ indent: Int) {
    if !isIndented { text += String(repeating: " ", count: indent) }
    isIndented = false
  }

  /// What fits on the line: scalars and empty containers.
  private func scalar(_ value: ConfigValue) -> String? {
    switch value.kind {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .float(let value): Self.float(value)
    case .string(let value): Self.quotedIfNeeded(value)
    case .list(let items): items.isEmpty ? "[]" : nil
    case .map(let map): map.isEmpty ? "{}" : nil
    }
  }

  /// The shortest text that reads back to the same float, with the dot
  /// without which PyYAML takes `1e-05` for a string.
  static func float(_ value: Double) -> String {
    if value.isNaN { return ".nan" }
    if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
    let text = "\(value)"
    guard !text.contains("."), let e = text.firstIndex(of: "e") else {
      return text
    }
    return text[..<e] + ".0" + text[e...]
  }

  /// Plain where that is certainly text, else in double quotes.
  static func quotedIfNeeded(_ text: String) -> String {
    isPlainText(text) ? text : quoted(text)
  }

  private static func isPlainText(_ text: String) -> Bool {
    let scalars = text.unicodeScalars
    guard let first = scalars.first, let last = scalars.last,
      first.properties.isAlphabetic || first == "_" || first == "/",
      last != " ", last != ":",
      !zip(scalars, scalars.dropFirst()).contains(where: { $0 == (":", " ") })
    else { return false }
    let isHarmless = scalars.allSatisfy {
      $0.isASCII
        ? UInt8($0.value).isLetter || UInt8($0.value).isDigit
          || "_-./+@%=():, ".unicodeScalars.contains($0)
        : $0.properties.isAlphabetic
    }
    guard isHarmless else { return false }
    return (try? YAMLScalar.resolve(text)) == .string(text)
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case " "..."~", "\u{a1}"..."\u{2027}", "\u{202f}"..."\u{d7ff}",
        "\u{e000}"..."\u{fefe}", "\u{ff00}"..."\u{fffd}",
        "\u{10000}"..."\u{10ffff}":
        result.unicodeScalars.append(scalar)
      default:
        let code = String(scalar.value, radix: 16)
        let zeros = String(repeating: "0", count: 4 - code.count)
        result += "\\u\(zeros)\(code)"
      }
    }
    return result + "\""
  }
}
