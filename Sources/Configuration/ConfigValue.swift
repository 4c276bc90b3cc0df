/// One node of a configuration; it remembers where it was written.
///
/// Two values are equal if they say the same: marks and the order of a map's
/// keys do not count, but the integer 1 is not the float 1.0.
package struct ConfigValue: Sendable, Equatable {
  package indirect enum Kind: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case float(Double)
    case string(String)
    case list([ConfigValue])
    case map(ConfigMap)
  }

  package var kind: Kind
  /// Where it was written; nil for a value that was made by code.
  package var mark: Mark?

  package init(_ kind: Kind, mark: Mark? = nil) {
    self.kind = kind
    self.mark = mark
  }

  package static let null = ConfigValue(.null)

  package var isNull: Bool { kind == .null }

  package static func == (a: ConfigValue, b: ConfigValue) -> Bool {
    a.kind == b.kind
  }
}

// Null has no literal: `nil` would be taken for it where an optional value is
// meant. It is `.null`.
extension ConfigValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  package init(booleanLiteral value: Bool) { self.init(.bool(value)) }
  package init(integerLiteral value: Int64) { self.init(.integer(value)) }
  package init(floatLiteral value: Double) { self.init(.float(value)) }
  package init(stringLiteral value: String) { self.init(.string(value)) }
  package init(arrayLiteral items: ConfigValue...) { self.init(.list(items)) }

  /// The last of equal keys wins.
  package init(dictionaryLiteral entries: (String, ConfigValue)...) {
    var map = ConfigMap()
    for (key, value) in entries { map.set(key, to: value) }
    self.init(.map(map))
  }
}

extension ConfigValue {
  /// What it is, as part of a sentence: "the integer 3".
  var phrase: String {
    switch kind {
    case .null: "null"
    case .bool(let value): "the boolean \(value)"
    case .integer(let value): "the integer \(value)"
    case .float(let value): "the float \(value)"
    case .string(let value): "the string '\(value.shortened)'"
    case .list(let items):
      items.count == 1 ? "a list of 1 item" : "a list of \(items.count) items"
    case .map(let map):
      map.count == 1 ? "a map of 1 key" : "a map of \(map.count) keys"
    }
  }
}

extension String {
  /// Short enough for a line of error text, and on one line.
  var shortened: String {
    let start = String(prefix(60))
    let line = String(start.map { $0.isNewline ? " " : $0 })
    return start.utf8.count == utf8.count ? line : line + "…"
  }
}
