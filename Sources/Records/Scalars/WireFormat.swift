/// Protocol buffers' encoding, as far as events need it: a message is a
/// sequence of fields, each a tag (number and type) and a value.
struct WireEncoder {
  private(set) var bytes: [UInt8] = []

  mutating func double(_ value: Double, field: Int) {
    tag(field, type: 1)
    bytes += withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
  }

  mutating func float(_ value: Float, field: Int) {
    tag(field, type: 5)
    bytes += withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
  }

  mutating func integer(_ value: Int64, field: Int) {
    tag(field, type: 0)
    varint(UInt64(bitPattern: value))
  }

  mutating func string(_ text: String, field: Int) {
    message(Array(text.utf8), field: field)
  }

  mutating func message(_ message: [UInt8], field: Int) {
    tag(field, type: 2)
    varint(UInt64(message.count))
    bytes += message
  }

  private mutating func tag(_ field: Int, type: Int) {
    varint(UInt64(field << 3 | type))
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// One field of a message.
enum WireField: Equatable {
  case varint(UInt64)
  case fixed64(UInt64)
  case bytes(ArraySlice<UInt8>)
  case fixed32(UInt32)

  /// The fields of `message` with their numbers, or nil if it is no message.
  static func all(
    of message: ArraySlice<UInt8>
  ) -> [(number: UInt64, field: WireField)]? {
    var rest = message
    var fields: [(UInt64, WireField)] = []
    while !rest.isEmpty {
      guard let tag = takeVarint(&rest), tag >> 3 != 0 else { return nil }
      switch tag & 7 {
      case 0:
        guard let value = takeVarint(&rest) else { return nil }
        fields.append((tag >> 3, .varint(value)))
      case 1:
        guard let value: UInt64 = takeFixed(&rest) else { return nil }
        fields.append((tag >> 3, .fixed64(value)))
      case 2:
        guard let count = takeVarint(&rest).flatMap({ Int(exactly: $0) }),
          count <= rest.count
        else { return nil }
        fields.append((tag >> 3, .bytes(rest.prefix(count))))
        rest = rest.dropFirst(count)
      case 5:
        guard let value: UInt32 = takeFixed(&rest) else { return nil }
        fields.append((tag >> 3, .fixed32(value)))
      default:
        return nil
      }
    }
    return fields
  }

  private static func takeVarint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }

  private static func takeFixed<T: FixedWidthInteger>(
    _ rest: inout ArraySlice<UInt8>
  ) -> T? {
    let count = T.bitWidth / 8
    guard rest.count >= count else { return nil }
    let value = rest.prefix(count).reversed().reduce(T(0)) {
      $0 << 8 | T(truncatingIfNeeded: $1)
    }
    rest = rest.dropFirst(count)
    return value
  }
}
