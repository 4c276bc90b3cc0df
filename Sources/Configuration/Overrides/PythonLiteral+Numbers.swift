/// Numbers as Python writes them.
extension PythonLiteral {
  /// `10`, `1_000`, `0x1f`, `1e-4`, `.5`, `1.`; not `007`, not `1j`.
  mutating func number() throws(Failure) -> ConfigValue.Kind {
    if cursor.current == UInt8(ascii: "0"), let radix = prefixedRadix() {
      cursor.position += 2
      _ = cursor.take("_")
      return try integer(radix: radix) { $0.hexDigit != nil }
    }
    let start = cursor.position
    let whole = try digits()
    let isFloat =
      cursor.current == UInt8(ascii: ".") || cursor.current == UInt8(ascii: "e")
      || cursor.current == UInt8(ascii: "E")
    guard isFloat else {
      try checkEnd()
      let isZero = whole.allSatisfy { $0 == UInt8(ascii: "0") || $0 == 0x5f }
      if whole.first == UInt8(ascii: "0"), !isZero { throw .notALiteral }
      guard let value = Int64(digits: whole, radix: 10) else {
        return tooLarge()
      }
      return .integer(value)
    }
    if cursor.take(".") {
      let fraction = try digits()
      if whole.isEmpty, fraction.isEmpty { throw .notALiteral }
    }
    if cursor.take("e") || cursor.take("E") {
      if !cursor.take("-") { _ = cursor.take("+") }
      if try digits().isEmpty { throw .notALiteral }
    }
    try checkEnd()
    let text = cursor.bytes[start..<cursor.position].filter { $0 != 0x5f }
    guard let value = Double(String(decoding: text, as: UTF8.self)) else {
      throw .notALiteral
    }
    guard value.isFinite else { return tooLarge() }
    return .float(value)
  }

  private func prefixedRadix() -> UInt64? {
    switch cursor.peek(1) {
    case UInt8(ascii: "x"), UInt8(ascii: "X"): 16
    case UInt8(ascii: "o"), UInt8(ascii: "O"): 8
    case UInt8(ascii: "b"), UInt8(ascii: "B"): 2
    default: nil
    }
  }

  private mutating func integer(
    radix: UInt64, where isDigit: (UInt8) -> Bool
  ) throws(Failure) -> ConfigValue.Kind {
    let digits = try digits(where: isDigit)
    try checkEnd()
    guard !digits.isEmpty,
      digits.allSatisfy({ $0 == 0x5f || ($0.hexDigit ?? 99) < radix })
    else { throw .notALiteral }
    guard let value = Int64(digits: digits, radix: radix) else {
      return tooLarge()
    }
    return .integer(value)
  }

  /// Digits with single underscores between them; may be empty.
  private mutating func digits(
    where isDigit: (UInt8) -> Bool = \.isDigit
  ) throws(Failure) -> ArraySlice<UInt8> {
    let digits = cursor.takeAll { isDigit($0) || $0 == 0x5f }
    var previous: UInt8 = 0x5f
    for byte in digits {
      if byte == 0x5f, previous == 0x5f { throw .notALiteral }
      previous = byte
    }
    if !digits.isEmpty, previous == 0x5f { throw .notALiteral }
    return digits
  }

  /// A number ends before something that is not part of a word or a number.
  private func checkEnd() throws(Failure) {
    guard let next = cursor.current else { return }
    if next.isLetter || next.isDigit || next >= 0x80
      || next == UInt8(ascii: "_") || next == UInt8(ascii: ".")
    {
      throw .notALiteral
    }
  }
}
