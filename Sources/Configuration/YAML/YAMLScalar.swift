import Diagnostics

/// What a plain (unquoted) YAML scalar means: the rules of YAML 1.1 as PyYAML
/// applies them, so that a file means here what it means to s3prl.
///
/// Departures:
/// - A decimal number needs neither a dot nor a sign in its exponent: `1e-4`
///   and `1.0e4` are floats. PyYAML reads them as strings, and a learning rate
///   that is a string fails hours later or, worse, not at all; nobody who
///   writes `lr: 1e-4` wants text. `-.5` is a float for the same reason.
/// - `0o17` is octal, as in YAML 1.2.
/// - Dates stay strings; there is no such kind of value.
enum YAMLScalar {
  /// A number that no value of ours can hold.
  enum OutOfRange: Error {
    case integer
    case float
  }

  static func resolve(_ text: String) throws(OutOfRange) -> ConfigValue.Kind {
    switch text {
    case "", "~", "null", "Null", "NULL":
      return .null
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON":
      return .bool(true)
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF":
      return .bool(false)
    case ".nan", ".NaN", ".NAN":
      return .float(.nan)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF":
      return .float(.infinity)
    case "-.inf", "-.Inf", "-.INF":
      return .float(-.infinity)
    default:
      return try number(ByteCursor(text.utf8)) ?? .string(text)
    }
  }

  private static func number(
    _ start: ByteCursor
  ) throws(OutOfRange) -> ConfigValue.Kind? {
    var cursor = start
    let isNegative = cursor.take("-")
    if !isNegative { _ = cursor.take("+") }
    guard let first = cursor.current, first.isDigit || first == dot else {
      return nil
    }
    if let value = try sexagesimal(cursor, isNegative) { return value }
    let rest = cursor.bytes[cursor.position...]
    if let (digits, radix) = integerDigits(rest) {
      guard
        let value = Int64(digits: digits, radix: radix, isNegative: isNegative)
      else { throw .integer }
      return .integer(value)
    }
    guard let value = decimal(cursor) else { return nil }
    guard value.isFinite else { throw .float }
    return .float(isNegative ? -value : value)
  }

  private static let dot = UInt8(ascii: ".")
  private static let zero = UInt8(ascii: "0")
  private static let underscore = UInt8(ascii: "_")

  /// The digits of an integer without its sign, and their radix; nil for
  /// anything else.
  private static func integerDigits(
    _ text: ArraySlice<UInt8>
  ) -> (ArraySlice<UInt8>, UInt64)? {
    let radix: UInt64
    var digits = text
    if text.first != zero || text.count == 1 {
      radix = 10
    } else {
      switch text[text.startIndex + 1] {
      case UInt8(ascii: "x"): (radix, digits) = (16, text.dropFirst(2))
      case UInt8(ascii: "o"): (radix, digits) = (8, text.dropFirst(2))
      case UInt8(ascii: "b"): (radix, digits) = (2, text.dropFirst(2))
      default: radix = 8
      }
    }
    let areDigits = digits.allSatisfy {
      $0 == underscore || ($0.hexDigit.map { $0 < radix } ?? false)
    }
    let hasDigit = digits.contains { $0 != underscore }
    return areDigits && hasDigit ? (digits, radix) : nil
  }

  /// `12.`, `1_000.5`, `.5`, `1e-4`, `2.5E+3`.
  private static func decimal(_ start: ByteCursor) -> Double? {
    var cursor = start
    let whole = cursor.takeAll { $0.isDigit || $0 == underscore }
    let hasDot = cursor.take(".")
    if hasDot, whole.isEmpty, cursor.current?.isDigit != true { return nil }
    if hasDot { _ = cursor.takeAll { $0.isDigit || $0 == underscore } }
    let hasExponent = cursor.take("e") || cursor.take("E")
    if hasExponent {
      if !cursor.take("-") { _ = cursor.take("+") }
      if cursor.takeAll(where: \.isDigit).isEmpty { return nil }
    }
    guard cursor.isAtEnd, hasDot || hasExponent else { return nil }
    return double(start.bytes[start.position...])
  }

  /// `1:30` is 90 and `1:30.5` is 90.5, as PyYAML has it.
  private static func sexagesimal(
    _ start: ByteCursor, _ isNegative: Bool
  ) throws(OutOfRange) -> ConfigValue.Kind? {
    var cursor = start
    let whole = cursor.takeAll { $0.isDigit || $0 == underscore }
    guard whole.first != underscore, cursor.current == UInt8(ascii: ":"),
      var sum = UInt64(digits: whole)
    else { return nil }
    while cursor.take(":") {
      let digits = cursor.takeAll(where: \.isDigit)
      guard let part = UInt64(digits: digits), part < 60, digits.count <= 2
      else { return nil }
      let (product, overflow) = sum.multipliedReportingOverflow(by: 60)
      if overflow { throw .integer }
      let (total, carry) = product.addingReportingOverflow(part)
      if carry { throw .integer }
      sum = total
    }
    if cursor.isAtEnd {
      guard whole.first != zero else { return nil }
      guard let value = Int64(magnitude: sum, isNegative: isNegative) else {
        throw .integer
      }
      return .integer(value)
    }
    guard cursor.current == dot else { return nil }
    let dotPosition = cursor.position
    cursor.position += 1
    _ = cursor.takeAll { $0.isDigit || $0 == underscore }
    guard cursor.isAtEnd,
      let part = double([zero] + cursor.bytes[dotPosition...])
    else { return nil }
    let value = Double(sum) + part
    return .float(isNegative ? -value : value)
  }

  private static func double(_ text: some Sequence<UInt8>) -> Double? {
    let digits = text.filter { $0 != underscore }
    return Double(String(decoding: digits, as: UTF8.self))
  }
}

extension UInt64 {
  fileprivate init?(digits: some Sequence<UInt8>) {
    guard let value = Int64(digits: digits, radix: 10) else { return nil }
    self = UInt64(value)
  }
}
