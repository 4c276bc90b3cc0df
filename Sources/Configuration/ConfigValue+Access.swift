import Diagnostics

/// Typed reading. A path is dotted, and an item of a list is named by its
/// index: `a.0.b`; the empty path is the value itself. Null counts as absent,
/// so `key:` with nothing behind it leaves the default in force; what has no
/// default must be there. Every error is a `UserError` with the place, what was expected and what was found.
extension ConfigValue {
  /// The value there, or nil if it is absent or null. Throws if something on
  /// the way is neither a map nor a list.
  package func value(at path: String) throws -> ConfigValue? {
    let found = try lookUp(path).found
    return found.flatMap { $0.isNull ? nil : $0 }
  }

  package func string(
    at path: String, default fallback: @autoclosure () -> String? = nil
  ) throws -> String {
    try read(path, "a string", \.stringValue, fallback)
  }

  package func int(
    at path: String, default fallback: @autoclosure () -> Int? = nil
  ) throws -> Int {
    try read(path, "an integer", \.intValue, fallback)
  }

  /// An integer is a number too.
  package func double(
    at path: String, default fallback: @autoclosure () -> Double? = nil
  ) throws -> Double {
    try read(path, "a number", \.doubleValue, fallback)
  }

  package func bool(
    at path: String, default fallback: @autoclosure () -> Bool? = nil
  ) throws -> Bool {
    try read(path, "true or false", \.boolValue, fallback)
  }

  package func list(
    at path: String, default fallback: @autoclosure () -> [ConfigValue]? = nil
  ) throws -> [ConfigValue] {
    try read(path, "a list", \.listValue, fallback)
  }

  package func map(
    at path: String, default fallback: @autoclosure () -> ConfigMap? = nil
  ) throws -> ConfigMap {
    try read(path, "a map", \.mapValue, fallback)
  }

  /// A list of strings.
  package func strings(
    at path: String, default fallback: @autoclosure () -> [String]? = nil
  ) throws -> [String] {
    try items(path, fallback) { try string(at: $0) }
  }

  /// A list of integers.
  package func ints(
    at path: String, default fallback: @autoclosure () -> [Int]? = nil
  ) throws -> [Int] {
    try items(path, fallback) { try int(at: $0) }
  }

  /// A list of numbers.
  package func doubles(
    at path: String, default fallback: @autoclosure () -> [Double]? = nil
  ) throws -> [Double] {
    try items(path, fallback) { try double(at: $0) }
  }

  /// Reads by index from the root, so that an error names the item's path.
  private func items<T>(
    _ path: String, _ fallback: () -> [T]?, _ read: (String) throws -> T
  ) throws -> [T] {
    if try value(at: path) == nil, let fallback = fallback() {
      return fallback
    }
    return try list(at: path).indices.map { index in
      try read(path.isEmpty ? "\(index)" : "\(path).\(index)")
    }
  }
}

/// The conversions; nil for a value of another kind.
extension ConfigValue {
  private var stringValue: String? {
    if case .string(let value) = kind { value } else { nil }
  }

  private var intValue: Int? {
    if case .integer(let value) = kind { Int(exactly: value) } else { nil }
  }

  private var doubleValue: Double? {
    switch kind {
    case .integer(let value): Double(value)
    case .float(let value): value
    default: nil
    }
  }

  private var boolValue: Bool? {
    if case .bool(let value) = kind { value } else { nil }
  }

  /// Also of a list that is written as text, `"['dev', 'test']"`.
  var listValue: [ConfigValue]? {
    switch kind {
    case .list(let items): return items
    case .string(let text) where text.hasPrefix("[") && text.hasSuffix("]"):
      let place = mark ?? Mark(file: "", line: 1, column: 1)
      guard
        case .list(let items)? = try? Literal.parse(
          Array(text.utf8), at: place)
      else { return nil }
      return items.map { ConfigValue($0.kind, mark: mark) }
    default: return nil
    }
  }

  var mapValue: ConfigMap? {
    if case .map(let value) = kind { value } else { nil }
  }
}
