import Foundation

/// The words of one line, split at spaces and tabs, as places in its bytes.
///
/// Reused from line to line, so that splitting takes no memory.
struct Fields {
  private(set) var count = 0
  private let places = FlatArray<(start: Int32, end: Int32)>(capacity: 64)

  mutating func split(_ line: UnsafeRawBufferPointer) {
    places.removeAll()
    guard let base = line.baseAddress?.assumingMemoryBound(to: UInt8.self)
    else {
      count = 0
      return
    }
    let length = line.count
    var index = 0
    while index < length {
      while index < length, base[index] == 0x20 || base[index] == 0x09 {
        index += 1
      }
      guard index < length else { break }
      let first = index
      while index < length, base[index] != 0x20, base[index] != 0x09 {
        index += 1
      }
      places.append((Int32(first), Int32(index)))
    }
    count = places.count
  }

  /// The bytes of one word.
  @inline(__always)
  func bytes(
    _ index: Int, of line: UnsafeRawBufferPointer
  ) -> UnsafeRawBufferPointer {
    let place = places[index]
    return UnsafeRawBufferPointer(
      rebasing: line[Int(place.start)..<Int(place.end)])
  }

  func text(_ index: Int, of line: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes(index, of: line), as: UTF8.self)
  }
}

extension UnsafeRawBufferPointer {
  /// Nothing but spaces and tabs.
  var isBlank: Bool { allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d } }

  /// These bytes as a decimal number, rounded to the nearest; nil if they are
  /// no number.
  func decimal() -> Float? {
    guard let base = baseAddress?.assumingMemoryBound(to: UInt8.self), count > 0
    else { return nil }
    var index = 0
    let isNegative = base[0] == 0x2d
    if isNegative || base[0] == 0x2b { index = 1 }
    var digits: UInt64 = 0
    var digitCount = 0
    var scale = 0
    var hasPoint = false
    while index < count {
      let byte = base[index]
      if byte &- 0x30 < 10 {
        digits = digits &* 10 &+ UInt64(byte &- 0x30)
        digitCount += 1
        if hasPoint { scale += 1 }
      } else if byte == 0x2e, !hasPoint {
        hasPoint = true
      } else {
        break
      }
      index += 1
    }
    // Fifteen digits and 10²² are exact in double precision, and so is their
    // quotient to the last bit; everything else takes the slow way.
    guard index == count, digitCount > 0, digitCount <= 15 else {
      return slowDecimal()
    }
    let value = Double(digits) / Self.powersOfTen[scale]
    return Float(isNegative ? -value : value)
  }

  private func slowDecimal() -> Float? {
    let text = String(decoding: self, as: UTF8.self)
    switch text.lowercased() {
    case "inf", "+inf", "-inf", "nan", "infinity", "-infinity": return nil
    default: return text.hasPrefix("0x") ? nil : Float(text)
    }
  }

  private static let powersOfTen: [Double] = (0...15).map { power in
    (0..<power).reduce(1.0) { value, _ in value * 10 }
  }
}
