/// Quoted strings as Python writes them.
extension PythonLiteral {
  /// One string, or several side by side, which Python joins.
  mutating func strings() throws(Failure) -> String {
    var bytes: [UInt8] = []
    repeat {
      let isRaw = cursor.take("r") || cursor.take("R")
      if !isRaw, cursor.current.map(\.isLetter) == true { cursor.position += 1 }
      try string(isRaw: isRaw, into: &bytes)
      _ = cursor.takeAll { $0 == 0x20 || $0 == 9 }
    } while isAtString
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .notALiteral
    }
    return text
  }

  private static let backslash = UInt8(ascii: "\\")

  private var isAtString: Bool {
    func isQuote(_ byte: UInt8?) -> Bool {
      byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"")
    }
    switch cursor.current {
    case UInt8(ascii: "r"), UInt8(ascii: "R"), UInt8(ascii: "u"),
      UInt8(ascii: "U"):
      return isQuote(cursor.peek(1))
    default: return isQuote(cursor.current)
    }
  }

  private mutating func string(
    isRaw: Bool, into bytes: inout [UInt8]
  ) throws(Failure) {
    guard let quote = cursor.current else { throw .notALiteral }
    let isTriple = cursor.peek(1) == quote && cursor.peek(2) == quote
    cursor.position += isTriple ? 3 : 1
    while let byte = cursor.current {
      if byte == quote {
        if !isTriple {
          cursor.position += 1
          return
        }
        if cursor.peek(1) == quote, cursor.peek(2) == quote {
          cursor.position += 3
          return
        }
      }
      cursor.position += 1
      if byte == Self.backslash {
        guard let next = cursor.current else { throw .notALiteral }
        if isRaw {
          bytes += [byte, next]
          cursor.position += 1
        } else {
          try escape(into: &bytes)
        }
      } else if byte == 10 || byte == 13, !isTriple {
        throw .notALiteral
      } else {
        bytes.append(byte)
      }
    }
    throw .notALiteral
  }

  /// What follows a backslash. An unknown escape stands for itself.
  private mutating func escape(into bytes: inout [UInt8]) throws(Failure) {
    guard let byte = cursor.current else { throw .notALiteral }
    if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "7") {
      var code: UInt32 = 0
      for _ in 0..<3 {
        guard let digit = cursor.current, digit & 0xf8 == 0x30 else { break }
        code = code << 3 | UInt32(digit & 7)
        cursor.position += 1
      }
      return try append(code, to: &bytes)
    }
    cursor.position += 1
    switch byte {
    case 10: break  // The line goes on.
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""):
      bytes.append(byte)
    case UInt8(ascii: "a"): bytes.append(7)
    case UInt8(ascii: "b"): bytes.append(8)
    case UInt8(ascii: "t"): bytes.append(9)
    case UInt8(ascii: "n"): bytes.append(10)
    case UInt8(ascii: "v"): bytes.append(11)
    case UInt8(ascii: "f"): bytes.append(12)
    case UInt8(ascii: "r"): bytes.append(13)
    case UInt8(ascii: "x"): try append(cursor.takeHex(2), to: &bytes)
    case UInt8(ascii: "u"): try append(cursor.takeHex(4), to: &bytes)
    case UInt8(ascii: "U"): try append(cursor.takeHex(8), to: &bytes)
    case UInt8(ascii: "N"): throw .notALiteral
    default: bytes += [Self.backslash, byte]
    }
  }

  private func append(
    _ code: UInt32?, to bytes: inout [UInt8]
  ) throws(Failure) {
    guard let code, let scalar = Unicode.Scalar(code) else {
      throw .notALiteral
    }
    bytes += Array(String(Character(scalar)).utf8)
  }
}
