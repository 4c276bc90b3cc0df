/// A place in bytes that moves forward: what the small parsers share.
struct ByteCursor {
  let bytes: [UInt8]
  var position = 0

  init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  var isAtEnd: Bool { position >= bytes.count }

  /// The byte here, or nil at the end.
  var current: UInt8? { peek(0) }

  /// The byte `distance` further on, or nil beyond the end.
  func peek(_ distance: Int) -> UInt8? {
    let place = position + distance
    return place < bytes.count ? bytes[place] : nil
  }

  func isAt(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { bytes[position...].starts(with: $0) }
  }

  /// Steps over `text` if it stands here.
  mutating func take(_ text: StaticString) -> Bool {
    guard isAt(text) else { return false }
    position += text.utf8CodeUnitCount
    return true
  }

  /// Steps over bytes as long as they are wanted, and returns them.
  mutating func takeAll(
    where wanted: (UInt8) -> Bool
  ) -> ArraySlice<UInt8> {
    let start = position
    while position < bytes.count, wanted(bytes[position]) { position += 1 }
    return bytes[start..<position]
  }

  /// Steps over exactly `count` hexadecimal digits; nil if they are not there.
  mutating func takeHex(_ count: Int) -> UInt32? {
    var value: UInt32 = 0
    for index in 0..<count {
      guard let digit = peek(index)?.hexDigit, value < 1 << 28 else {
        return nil
      }
      value = value << 4 | UInt32(digit)
    }
    position += count
    return value
  }
}

extension UInt8 {
  var isDigit: Bool { self &- 0x30 < 10 }

  var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

  /// The value of a hexadecimal digit.
  var hexDigit: UInt8? {
    isDigit ? self - 0x30 : (self | 0x20) &- 0x61 < 6 ? (self | 0x20) - 87 : nil
  }
}

extension Int64 {
  /// The number that digits of a radix spell, underscores left out; nil if
  /// there is no digit, a digit too large, or no room in 64 bits.
  init?(
    digits: some Sequence<UInt8>, radix: UInt64, isNegative: Bool = false
  ) {
    var magnitude: UInt64 = 0
    var isEmpty = true
    for byte in digits where byte != UInt8(ascii: "_") {
      guard let digit = byte.hexDigit, digit < radix else { return nil }
      let (product, overflow) = magnitude.multipliedReportingOverflow(by: radix)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
      if overflow || carry { return nil }
      magnitude = sum
      isEmpty = false
    }
    if isEmpty { return nil }
    self.init(magnitude: magnitude, isNegative: isNegative)
  }

  init?(magnitude: UInt64, isNegative: Bool) {
    if isNegative, magnitude == Int64.min.magnitude {
      self = .min
    } else if let value = Int64(exactly: magnitude) {
      self = isNegative ? -value : value
    } else {
      return nil
    }
  }
}
