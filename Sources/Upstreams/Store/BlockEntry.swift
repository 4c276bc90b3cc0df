import Files

/// What the index says of one block: 96 bytes, little-endian.
///
///     0  magic "SBF1"      4  precision, then three zeros
///     8  key, 32 bytes    40  offset, 8       48  length, 8
///    56  layers, 4        60  frames, 4       64  dimension, 4
///    68  CRC32C of the payload, 4             72  samples, 8
///    80  written, seconds since 1970, 8       88  four zeros
///    92  CRC32C of bytes 0 ..< 92
struct BlockEntry: Sendable, Equatable {
  static let byteCount = 96
  private static let magic: UInt32 = 0x3146_4253

  var key: FeatureKey
  var precision: FeaturePrecision
  /// Where the payload lies in the pack's blocks.
  var offset: Int
  var layers: Int
  var frames: Int
  var dimension: Int
  /// The utterance's length in 16 kHz samples.
  var samples: Int
  var checksum: UInt32
  /// Seconds since 1970.
  var written: Int

  /// Bytes of the payload.
  var length: Int { layers * frames * dimension * precision.byteCount }
  /// The byte behind the payload.
  var end: Int { offset + length }

  func encoded() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: BlockEntry.byteCount)
    bytes.withUnsafeMutableBytes { bytes in
      func put<T: FixedWidthInteger>(_ value: T, at offset: Int) {
        bytes.storeBytes(
          of: value.littleEndian, toByteOffset: offset, as: T.self)
      }
      put(BlockEntry.magic, at: 0)
      put(precision.code, at: 4)
      key.digest.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(rebasing: bytes[8..<40])
          .copyMemory(from: $0)
      }
      put(UInt64(offset), at: 40)
      put(UInt64(length), at: 48)
      put(UInt32(layers), at: 56)
      put(UInt32(frames), at: 60)
      put(UInt32(dimension), at: 64)
      put(checksum, at: 68)
      put(UInt64(samples), at: 72)
      put(Int64(written), at: 80)
      put(CRC32C.of(UnsafeRawBufferPointer(rebasing: bytes[..<92])), at: 92)
    }
    return bytes
  }
}

extension BlockEntry {
  /// The entry in these ``byteCount`` bytes, or nil if they are torn,
  /// damaged or contradict themselves.
  init?(bytes: UnsafeRawBufferPointer) {
    func get<T: FixedWidthInteger>(_ offset: Int, _ type: T.Type) -> T {
      T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }
    guard bytes.count == BlockEntry.byteCount,
      get(0, UInt32.self) == BlockEntry.magic,
      get(92, UInt32.self)
        == CRC32C.of(UnsafeRawBufferPointer(rebasing: bytes[..<92])),
      let precision = FeaturePrecision(code: get(4, UInt8.self)),
      let offset = Int(exactly: get(40, UInt64.self)),
      let length = Int(exactly: get(48, UInt64.self)),
      let samples = Int(exactly: get(72, UInt64.self))
    else { return nil }
    let layers = Int(get(56, UInt32.self))
    let frames = Int(get(60, UInt32.self))
    let dimension = Int(get(64, UInt32.self))
    let (rows, a) = layers.multipliedReportingOverflow(by: frames)
    let (count, b) = rows.multipliedReportingOverflow(by: dimension)
    let (size, c) = count.multipliedReportingOverflow(by: precision.byteCount)
    let (_, d) = offset.addingReportingOverflow(length)
    guard !a, !b, !c, !d, size == length, size > 0, offset % 64 == 0 else {
      return nil
    }
    self.init(
      key: FeatureKey(
        digest: ContentDigest(
          bytes: UnsafeRawBufferPointer(rebasing: bytes[8..<40]))),
      precision: precision, offset: offset, layers: layers, frames: frames,
      dimension: dimension, samples: samples, checksum: get(68, UInt32.self),
      written: Int(get(80, Int64.self)))
  }
}
