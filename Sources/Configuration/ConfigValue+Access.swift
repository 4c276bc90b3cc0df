import Diagnostics

/// Typed reading. A path is dotted, and an item of a list is named by its
/// index: `a.0.b`; the empty path is the value itself. Null counts as absent,
/// so `key:` with nothing behind it leaves the default in force. Every error
/// is a `UserError` with the place, what was expected and what was found.
extension ConfigValue {
  /// The value there, or nil if it is absent or null. Throws if something on
  /// the way is neither a map nor a list.
  package func value(at path: String) throws -> ConfigValue? {
    let found = try lookUp(path).found
    return found.flatMap { $0.isNull ? nil : $0 }
  }

  package func string(at path: String) throws -> String {
    try required(path, "a string", \.stringValue)
  }

  package func string(
    at path: String, default fallback: @autoclosure () -> String
  ) throws -> String {
    try optional(path, "a string", \.stringValue) ?? fallback()
  }

  package func int(at path: String) throws -> Int {
    try required(path, "an integer", \.intValue)
  }

  package func int(
    at path: String, default fallback: @autoclosure () -> Int
  ) throws -> Int {
    try optional(path, "an integer", \.intValue) ?? fallback()
  }

  /// An integer is a number too.
  package func double(at path: String) throws -> Double {
    try required(path, "a number", \.doubleValue)
  }

  /// An integer is a number too.
  package func double(
    at path: String, default fallback: @autoclosure () -> Double
  ) throws -> Double {
    try optional(path, "a number", \.doubleValue) ?? fallback()
  }

  package func bool(at path: String) throws -> Bool {
    try required(path, "true or false", \.boolValue)
  }

  package func bool(
    at path: String, default fallback: @autoclosure () -> Bool
  ) throws -> Bool {
    try optional(path, "true or false", \.boolValue) ?? fallback()
  }

  package func list(at path: String) throws -> [ConfigValue] {
    try required(path, "a list", \.listValue)
  }

  package func list(
    at path: String, default fallback: @autoclosure () -> [ConfigValue]
  ) throws -> [ConfigValue] {
    try optional(path, "a list", \.listValue) ?? fallback()
  }

  package func map(at path: String) throws -> ConfigMap {
    try required(path, "a map", \.mapValue)
  }

  package func map(
    at path: String, default fallback: @autoclosure () -> ConfigMap
  ) throws -> ConfigMap {
    try optional(path, "a map", \.mapValue) ?? fallback()
  }

  /// A list of strings.
  package func strings(at path: String) throws -> [String] {
    try items(list(at: path), path) { try $0.string(at: $1) }
  }

  /// A list of strings.
  package func strings(
    at path: String, default fallback: @autoclosure () -> [String]
  ) throws -> [String] {
    try value(at: path) == nil ? fallback() : strings(at: path)
  }

  /// A list of integers.
  package func ints(at path: String) throws -> [Int] {
    try items(list(at: path), path) { try $0.int(at: $1) }
  }

  /// A list of integers.
  package func ints(
    at path: String, default fallback: @autoclosure () -> [Int]
  ) throws -> [Int] {
    try value(at: path) == nil ? fallback() : ints(at: path)
  }

  /// A list of numbers.
  package func doubles(at path: String) throws -> [Double] {
    try items(list(at: path), path) { try $0.double(at: $1) }
  }

  /// A list of numbers.
  package func doubles(
    at path: String, default fallback: @autoclosure () -> [Double]
  ) throws -> [Double] {
    try value(at: path) == nil ? fallback() : doubles(at: path)
  }

  /// Reads by index from the root, so that an error names the item's path.
  private func items<T>(
    _ list: [ConfigValue], _ path: String,
    _ read: (ConfigValue, String) throws -> T
  ) throws -> [T] {
    try list.indices.map { index in
      try read(self, path.isEmpty ? "\(index)" : "\(path).\(index)")
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

  private var listValue: [ConfigValue]? {
    if case .list(let value) = kind { value } else { nil }
  }

  var mapValue: ConfigMap? {
    if case .map(let value) = kind { value } else { nil }
  }
}
