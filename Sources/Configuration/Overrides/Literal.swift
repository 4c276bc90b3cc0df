import Diagnostics

/// Reads one literal: a number, text in quotes, `True`, `None`, `true`,
/// `null`, or a list, tuple or dict of literals, as Python and YAML write them.
///
/// Python would also calculate. That is refused, and not taken for text: who
/// writes `1/3` means a number.
struct Literal {
  enum Failure: Error {
    /// Not a literal: to be taken as text.
    case notALiteral
  }

  /// How deep brackets may nest.
  static let maximumDepth = 100

  var cursor: ByteCursor
  private var depth = 0
  /// What is wrong with it if it turns out to be a literal. That shows only at
  /// its end: `1-fold` is text, and so is `99999999999999999999-fold`.
  private var hasArithmetic = false
  var isTooLarge = false

  private init(_ bytes: [UInt8]) { cursor = ByteCursor(bytes) }

  /// The value, or nil if the text is no literal.
  ///
  /// - Throws: `UserError` for arithmetic, and for a number that neither 64
  ///   bits nor a double can hold.
  static func parse(
    _ text: [UInt8], at mark: Mark
  ) throws -> ConfigValue.Kind? {
    var reader = Literal(text)
    guard let items = try? reader.items(end: nil), reader.cursor.isAtEnd,
      let first = items.values.first
    else { return nil }
    let shown = String(decoding: text, as: UTF8.self).shortened
    if reader.hasArithmetic {
      throw UserError(
        "\(shown) is arithmetic, and only values are read here",
        at: mark.description, fix: "write the result, or quote it if it is text"
      )
    }
    if reader.isTooLarge {
      throw UserError(
        "the number \(shown) is too large", at: mark.description,
        fix: "quote it to make it a string")
    }
    return items.isTuple
      ? .list(items.values.map { ConfigValue($0) }) : first
  }

  /// Line breaks are blanks inside of brackets only.
  private mutating func skipBlanks() {
    let breaks = depth > 0
    _ = cursor.takeAll {
      $0 == 0x20 || $0 == 9 || breaks && ($0 == 10 || $0 == 13)
    }
  }

  private mutating func take(_ text: StaticString) -> Bool {
    skipBlanks()
    return cursor.take(text)
  }

  private mutating func nested<T>(
    _ read: (inout Literal) throws(Failure) -> T
  ) throws(Failure) -> T {
    guard depth < Self.maximumDepth else { throw .notALiteral }
    depth += 1
    defer { depth -= 1 }
    return try read(&self)
  }

  /// Values up to `end`, with commas between them and perhaps behind the last.
  private mutating func items(
    end: UInt8?
  ) throws(Failure) -> (values: [ConfigValue.Kind], isTuple: Bool) {
    var values: [ConfigValue.Kind] = []
    var isTuple = false
    skipBlanks()
    while cursor.current != end {
      values.append(try value())
      skipBlanks()
      guard take(",") else { break }
      isTuple = true
      skipBlanks()
    }
    return (values, isTuple)
  }

  /// One literal, and whatever is calculated from it.
  private mutating func value() throws(Failure) -> ConfigValue.Kind {
    let first = try operand()
    while takeOperator() {
      hasArithmetic = true
      _ = try operand()
    }
    return first
  }

  private mutating func takeOperator() -> Bool {
    take("**") || take("//") || take("*") || take("/") || take("%")
      || take("+") || take("-")
  }

  private mutating func operand() throws(Failure) -> ConfigValue.Kind {
    skipBlanks()
    guard let byte = cursor.current else { throw .notALiteral }
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: "+"):
      cursor.position += 1
      skipBlanks()
      if isAtNumber {
        return try number(isNegative: byte == UInt8(ascii: "-"))
      }
      hasArithmetic = true
      return try nested { (reader) throws(Failure) in try reader.operand() }
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
      cursor.position += 1
      return try nested { (reader) throws(Failure) in
        try reader.bracketed(byte)
      }
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      return .string(try string())
    default:
      return isAtNumber ? try number(isNegative: false) : try word()
    }
  }

  private mutating func bracketed(
    _ open: UInt8
  ) throws(Failure) -> ConfigValue.Kind {
    if open == UInt8(ascii: "{") { return .map(try dict()) }
    let isList = open == UInt8(ascii: "[")
    let items = try items(end: UInt8(ascii: isList ? "]" : ")"))
    guard isList ? take("]") : take(")") else { throw .notALiteral }
    if items.values.isEmpty, items.isTuple { throw .notALiteral }
    // Brackets around one value are only brackets.
    return isList || items.isTuple || items.values.isEmpty
      ? .list(items.values.map { ConfigValue($0) }) : items.values[0]
  }

  /// The last of equal keys wins, as in Python.
  private mutating func dict() throws(Failure) -> ConfigMap {
    var map = ConfigMap()
    while !take("}") {
      let key: String
      switch try operand() {
      case .string(let text): key = text
      case .integer(let number): key = "\(number)"
      default: throw .notALiteral
      }
      guard take(":") else { throw .notALiteral }
      map.set(key, to: ConfigValue(try value()))
      guard take(",") else {
        guard take("}") else { throw .notALiteral }
        break
      }
    }
    return map
  }
}
