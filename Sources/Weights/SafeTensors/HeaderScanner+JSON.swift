/// Reads the little of JSON that a safetensors header is made of: objects,
/// strings and lists of whole numbers. General decoders let a key that occurs
/// twice pass, which a header must not have.
extension HeaderScanner {
  /// An object.
  ///
  /// - Parameter member: reads the value that follows a key.
  mutating func object(
    mayBeEmpty: Bool = true,
    _ member: (inout Self, _ key: String) throws(WeightsRefusal) -> Void
  ) throws(WeightsRefusal) {
    try expect("{")
    if mayBeEmpty, take("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try member(&self, key)
    } while take(",")
    try expect("}")
  }

  /// A list of whole numbers from 0 to 2⁶³ - 1.
  mutating func integers() throws(WeightsRefusal) -> [Int] {
    var numbers: [Int] = []
    try expect("[")
    if take("]") { return numbers }
    repeat { numbers.append(try integer()) } while take(",")
    try expect("]")
    return numbers
  }

  mutating func string() throws(WeightsRefusal) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw refusal("a string is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text += try escape().utf8
      case 0..<0x20: throw refusal("a control character in a string")
      default: text.append(byte)
      }
    }
    throw refusal("a string does not end")
  }

  private mutating func integer() throws(WeightsRefusal) -> Int {
    let (number, digits) = try digits()
    guard digits.count == 1 || bytes[digits.lowerBound] != 0x30 else {
      throw refusal("a whole number is missing")
    }
    return number
  }

  /// What stands for the escape whose backslash has been taken.
  private mutating func escape() throws(WeightsRefusal) -> String {
    guard position < bytes.count else { throw refusal("a string does not end") }
    let kind = bytes[position]
    position += 1
    switch kind {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var units = [try codeUnit()]
      if UTF16.isLeadSurrogate(units[0]), position + 1 < bytes.count,
        bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        units.append(try codeUnit())
      }
      guard let text = String(validating: units, as: UTF16.self) else {
        throw refusal("half a surrogate pair")
      }
      return text
    default: throw refusal("an unknown escape in a string")
    }
  }

  private mutating func codeUnit() throws(WeightsRefusal) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard position < bytes.count,
        let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue
      else { throw refusal("an escape needs four hexadecimal digits") }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }
}
