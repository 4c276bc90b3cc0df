import Files
import Upstreams

/// One record of an event file, as TensorFlow frames them: the payload's
/// length, its checksum, the payload, its checksum; all little-endian.
///
/// The checksums are CRC32C, rotated and shifted by a constant, so that the
/// checksum of bytes that hold checksums stays good.
enum EventRecord {
  /// Bytes around the payload.
  static let overhead = 16

  static func framed(_ payload: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(payload.count))
    return length + littleEndian(checksum(length[...])) + payload
      + littleEndian(checksum(payload[...]))
  }

  /// The payload of the record that begins at `start`, or nil if it is torn
  /// or damaged.
  static func payload(in bytes: [UInt8], at start: Int) -> ArraySlice<UInt8>? {
    guard start >= 0, bytes.count - start >= overhead else { return nil }
    let length = bytes[start..<start + 8]
    guard integer(bytes[start + 8..<start + 12]) == checksum(length),
      let count = Int(exactly: integer(length) as UInt64),
      count <= bytes.count - start - overhead
    else { return nil }
    let payload = bytes[start + 12..<start + 12 + count]
    let end = payload.endIndex
    guard integer(bytes[end..<end + 4]) == checksum(payload) else {
      return nil
    }
    return payload
  }

  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    let crc = bytes.withUnsafeBytes { CRC32C.of($0) }
    return (crc >> 15 | crc << 17) &+ 0xa282_ead8
  }

  private static func littleEndian<T: FixedWidthInteger>(
    _ value: T
  ) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private static func integer<T: FixedWidthInteger>(
    _ bytes: ArraySlice<UInt8>
  ) -> T {
    bytes.reversed().reduce(0) { $0 << 8 | T(truncatingIfNeeded: $1) }
  }
}
