extension ConfigValue {
  /// The value as JSON on one line without spaces, keys in the order of their
  /// UTF-8 bytes: equal values give equal text, fit for a signature.
  ///
  /// A float is written in the shortest form that reads back to the same
  /// number and always with a dot or an exponent, so it differs from an
  /// integer. JSON has no infinities and no NaN: they become the strings
  /// `"inf"`, `"-inf"` and `"nan"`.
  package func json() -> String {
    switch kind {
    case .null: return "null"
    case .bool(let value): return "\(value)"
    case .integer(let value): return "\(value)"
    case .float(let value):
      return value.isFinite ? "\(value)" : "\"\(value)\""
    case .string(let value): return Self.quoted(value)
    case .list(let items):
      return "[" + items.map { $0.json() }.joined(separator: ",") + "]"
    case .map(let map):
      let members = map.entries.sorted {
        $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
      }.map { Self.quoted($0.key) + ":" + $0.value.json() }
      return "{" + members.joined(separator: ",") + "}"
    }
  }

  private static func quoted(_ string: String) -> String {
    var text = "\""
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
    return text + "\""
  }
}
