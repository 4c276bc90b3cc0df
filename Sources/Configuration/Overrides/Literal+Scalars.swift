/// Numbers, words, and text in quotes.
extension Literal {
  var isAtNumber: Bool {
    let first =
      cursor.current == UInt8(ascii: ".")
      ? cursor.peek(1) : cursor.current
    return first?.isDigit == true
  }

  /// `10`, `1_000`, `0x1f`, `1e-4`, `.5`, `1.`; not `007`, which Python
  /// refuses and which is more likely a name.
  mutating func number(isNegative: Bool) throws(Failure) -> ConfigValue.Kind {
    let start = cursor.position
    takeWord(and: UInt8(ascii: "."))
    let isPrefixed =
      cursor.bytes[start] == UInt8(ascii: "0")
      && cursor.bytes[start..<cursor.position].dropFirst().first?.isLetter
        == true
    if !isPrefixed, let last = cursor.peek(-1),
      last | 0x20 == UInt8(ascii: "e"),
      cursor.take("-") || cursor.take("+")
    {
      takeWord()
    }
    let text = String(
      decoding: cursor.bytes[start..<cursor.position], as: UTF8.self
    ).lowercased()
    let digits = text.utf8.filter { $0 != UInt8(ascii: "_") }
    guard !text.contains("__"), !text.hasSuffix("_") else {
      throw .notALiteral
    }
    let radixes: [(String, UInt64)] = [("0x", 16), ("0o", 8), ("0b", 2)]
    for (prefix, radix) in radixes where text.hasPrefix(prefix) {
      return try integer(digits.dropFirst(2), radix, isNegative)
    }
    if digits.allSatisfy(\.isDigit) {
      guard
        digits.first != UInt8(ascii: "0") || digits.allSatisfy({ $0 == 0x30 })
      else { throw .notALiteral }
      return try integer(digits[...], 10, isNegative)
    }
    guard digits.allSatisfy({ $0.isDigit || ".e+-".utf8.contains($0) }),
      let value = Double(String(decoding: digits, as: UTF8.self))
    else { throw .notALiteral }
    if !value.isFinite { isTooLarge = true }
    return .float(isNegative ? -value : value)
  }

  private mutating func integer(
    _ digits: ArraySlice<UInt8>, _ radix: UInt64, _ isNegative: Bool
  ) throws(Failure) -> ConfigValue.Kind {
    guard !digits.isEmpty,
      digits.allSatisfy({ $0.hexDigit.map { UInt64($0) < radix } ?? false })
    else { throw .notALiteral }
    let value = Int64(digits: digits, radix: radix, isNegative: isNegative)
    if value == nil { isTooLarge = true }
    return .integer(value ?? 0)
  }

  mutating func word() throws(Failure) -> ConfigValue.Kind {
    let start = cursor.position
    takeWord()
    switch String(
      decoding: cursor.bytes[start..<cursor.position], as: UTF8.self)
    {
    case "True", "true": return .bool(true)
    case "False", "false": return .bool(false)
    case "None", "null": return .null
    default: throw .notALiteral
    }
  }

  /// Steps over letters, digits, `_` and `other`.
  private mutating func takeWord(and other: UInt8 = UInt8(ascii: "_")) {
    _ = cursor.takeAll {
      $0.isLetter || $0.isDigit || $0 >= 0x80 || $0 == UInt8(ascii: "_")
        || $0 == other
    }
  }

  /// Text in single or double quotes. What stands behind a backslash and is
  /// no escape keeps it, as in Python.
  mutating func string() throws(Failure) -> String {
    guard let quote = cursor.current else { throw .notALiteral }
    cursor.position += 1
    var bytes: [UInt8] = []
    while let byte = cursor.current, byte != 10, byte != 13 {
      cursor.position += 1
      if byte == quote { return String(decoding: bytes, as: UTF8.self) }
      if byte == UInt8(ascii: "\\") {
        bytes += try escape()
      } else {
        bytes.append(byte)
      }
    }
    throw .notALiteral
  }

  private mutating func escape() throws(Failure) -> [UInt8] {
    guard let byte = cursor.current else { throw .notALiteral }
    cursor.position += 1
    let code: UInt32?
    switch byte {
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""):
      return [byte]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "x"): code = cursor.takeHex(2)
    case UInt8(ascii: "u"): code = cursor.takeHex(4)
    case UInt8(ascii: "U"): code = cursor.takeHex(8)
    default: return [UInt8(ascii: "\\"), byte]
    }
    guard let code, let scalar = Unicode.Scalar(code) else {
      throw .notALiteral
    }
    return Array(String(Character(scalar)).utf8)
  }
}
