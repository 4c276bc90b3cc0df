import Diagnostics

/// Reads a Python expression of literals: what s3prl's override values are,
/// as far as they make sense without Python.
///
/// Grammar, loosest first: items with commas (a tuple), sums, products, signs,
/// powers, atoms.
struct PythonLiteral {
  /// Why there is no value.
  enum Failure: Error {
    /// Not such an expression: to be taken as text.
    case notALiteral
    /// A number that neither 64 bits nor a double can hold.
    case outOfRange
  }

  /// How deep brackets and signs may nest; Python draws its line at 200.
  static let maximumDepth = 100

  var cursor: ByteCursor
  private var depth = 0
  /// Line breaks are blanks inside of brackets only.
  private var brackets = 0
  /// Whether some number was too large. That is told only at the end, since
  /// `99999999999999999999-fold` is no number at all.
  private var isOutOfRange = false

  private init(_ bytes: [UInt8]) { cursor = ByteCursor(bytes) }

  /// The value, or nil if the text is no such expression. A `UserError` if it
  /// is a number that cannot be held.
  static func parse(
    _ text: [UInt8], at mark: Mark
  ) throws -> ConfigValue.Kind? {
    var parser = PythonLiteral(text)
    guard let kind = try? parser.tuple(end: nil), parser.cursor.isAtEnd else {
      return nil
    }
    if parser.isOutOfRange {
      let shown = String(decoding: text, as: UTF8.self).shortened
      throw UserError(
        "the number \(shown) is too large", at: mark.description,
        fix: "quote it to make it a string")
    }
    return kind
  }

  /// Notes a number that cannot be held; any other keeps its place.
  mutating func tooLarge() -> ConfigValue.Kind {
    isOutOfRange = true
    return .integer(1)
  }

  private mutating func apply<each Operand>(
    _ operation: (repeat each Operand) throws(Failure) -> ConfigValue.Kind,
    _ operands: repeat each Operand
  ) throws(Failure) -> ConfigValue.Kind {
    do {
      return try operation(repeat each operands)
    } catch .outOfRange {
      return tooLarge()
    } catch {
      throw error
    }
  }

  private mutating func skipBlanks() {
    let breaks = brackets > 0
    _ = cursor.takeAll {
      $0 == 0x20 || $0 == 9 || $0 == 12 || breaks && ($0 == 10 || $0 == 13)
    }
  }

  private mutating func take(_ text: StaticString) -> Bool {
    skipBlanks()
    return cursor.take(text)
  }

  private mutating func nested<T>(
    _ read: (inout PythonLiteral) throws(Failure) -> T
  ) throws(Failure) -> T {
    guard depth < Self.maximumDepth else { throw .notALiteral }
    depth += 1
    defer { depth -= 1 }
    return try read(&self)
  }

  /// `a`, which is a itself, or `a,` and `a, b`, which are tuples.
  private mutating func tuple(
    end: UInt8?
  ) throws(Failure) -> ConfigValue.Kind {
    let first = try sum()
    var items = [ConfigValue(first)]
    var isTuple = false
    while take(",") {
      isTuple = true
      skipBlanks()
      if cursor.current == end { break }
      items.append(ConfigValue(try sum()))
    }
    skipBlanks()
    return isTuple ? .list(items) : first
  }

  private mutating func sum() throws(Failure) -> ConfigValue.Kind {
    var value = try product()
    while true {
      if take("+") {
        value = try apply(PythonNumber.add, value, try product())
      } else if take("-") {
        value = try apply(PythonNumber.subtract, value, try product())
      } else {
        return value
      }
    }
  }

  private mutating func product() throws(Failure) -> ConfigValue.Kind {
    var value = try signed()
    while true {
      skipBlanks()
      if !cursor.isAt("**"), take("*") {
        value = try apply(PythonNumber.multiply, value, try signed())
      } else if take("//") {
        value = try apply(PythonNumber.floorDivide, value, try signed())
      } else if take("/") {
        value = try apply(PythonNumber.divide, value, try signed())
      } else if take("%") {
        value = try apply(PythonNumber.modulo, value, try signed())
      } else {
        return value
      }
    }
  }

  /// A sign binds looser than a power: `-2**2` is -4.
  private mutating func signed() throws(Failure) -> ConfigValue.Kind {
    skipBlanks()
    let sign = cursor.current
    guard sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") else {
      return try power()
    }
    cursor.position += 1
    if sign == UInt8(ascii: "-"), let least = leastInteger() { return least }
    let value = try nested { (parser) throws(Failure) in try parser.signed() }
    return sign == UInt8(ascii: "-")
      ? try apply(PythonNumber.negated, value)
      : try PythonNumber.checked(value)
  }

  /// -2⁶³, whose digits alone would not fit.
  private mutating func leastInteger() -> ConfigValue.Kind? {
    guard cursor.isAt("9223372036854775808") else { return nil }
    let next = cursor.peek(19)
    guard
      next == nil || next == UInt8(ascii: ",")
        || next == UInt8(ascii: "]") || next == UInt8(ascii: ")")
    else { return nil }
    cursor.position += 19
    return .integer(.min)
  }

  private mutating func power() throws(Failure) -> ConfigValue.Kind {
    let base = try atom()
    guard take("**") else { return base }
    let exponent = try nested { (parser) throws(Failure) in
      try parser.signed()
    }
    return try apply(PythonNumber.power, base, exponent)
  }

  private mutating func atom() throws(Failure) -> ConfigValue.Kind {
    skipBlanks()
    guard let byte = cursor.current else { throw .notALiteral }
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
      return try nested { (parser) throws(Failure) in
        try parser.bracketed(byte)
      }
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      return .string(try strings())
    case _ where byte.isDigit || byte == UInt8(ascii: "."):
      return try number()
    default:
      return try word()
    }
  }

  private mutating func word() throws(Failure) -> ConfigValue.Kind {
    let start = cursor.position
    let word = cursor.takeAll {
      $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") || $0 >= 0x80
    }
    if let quote = cursor.current,
      quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
      ["r", "u"].contains(String(decoding: word, as: UTF8.self).lowercased())
    {
      cursor.position = start
      return .string(try strings())
    }
    switch String(decoding: word, as: UTF8.self) {
    case "True": return .bool(true)
    case "False": return .bool(false)
    case "None": return .null
    default: throw .notALiteral
    }
  }

  private mutating func bracketed(
    _ open: UInt8
  ) throws(Failure) -> ConfigValue.Kind {
    cursor.position += 1
    brackets += 1
    defer { brackets -= 1 }
    switch open {
    case UInt8(ascii: "("):
      if take(")") { return .list([]) }
      let value = try tuple(end: UInt8(ascii: ")"))
      guard take(")") else { throw .notALiteral }
      return value
    case UInt8(ascii: "["):
      var items: [ConfigValue] = []
      while !take("]") {
        items.append(ConfigValue(try sum()))
        if !take(",") {
          guard take("]") else { throw .notALiteral }
          break
        }
      }
      return .list(items)
    default:
      return try dictionary()
    }
  }

  /// Keys are strings or integers, and the latter become text, as in YAML.
  private mutating func dictionary() throws(Failure) -> ConfigValue.Kind {
    var map = ConfigMap()
    while !take("}") {
      let key: String
      switch try sum() {
      case .string(let text): key = text
      case .integer(let number): key = "\(number)"
      default: throw .notALiteral
      }
      guard take(":") else { throw .notALiteral }
      map.set(key, to: ConfigValue(try sum()))
      if !take(",") {
        guard take("}") else { throw .notALiteral }
        break
      }
    }
    return .map(map)
  }
}
