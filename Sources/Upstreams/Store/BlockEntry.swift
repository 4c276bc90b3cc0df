import Files

/// What the index says of one block: 96 bytes, little-endian.
///
///     0  magic "SBF1"      4  precision, then three zeros
///     8  key, 32 bytes    40  offset, 8       48  length, 8
///    56  layers, 4        60  frames, 4       64  dimension, 4
///    68  CRC32C of the payload, 4             72  samples, 8
///    80  written, seconds since 1970, 8       88  worth, 4
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
  /// What a byte of it saves: seconds of computing, for all who asked for it
  /// when it was made; 0 if that is not known.
  var worth: Float = 0

  /// Bytes of the payload.
  var length: Int { layers * frames * dimension * precision.byteCount }
  /// The byte behind the payload.
  var end: Int { offset + length }

  func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: BlockEntry.magic)
    bytes.append(littleEndian: UInt32(precision.code))
    key.digest.withUnsafeBytes { bytes += $0 }
    for number in [offset, length] { bytes.append(littleEndian: number) }
    for number in [layers, frames, dimension] {
      bytes.append(littleEndian: UInt32(number))
    }
    bytes.append(littleEndian: checksum)
    for number in [samples, written] { bytes.append(littleEndian: number) }
    bytes.append(littleEndian: worth.bitPattern)
    bytes.append(littleEndian: bytes.withUnsafeBytes(CRC32C.of))
    return bytes
  }
}

extension BlockEntry {
  /// The entry in these ``byteCount`` bytes, or nil if they are torn,
  /// damaged or contradict themselves.
  init?(bytes: UnsafeRawBufferPointer) {
    guard bytes.count == BlockEntry.byteCount,
      bytes.number(at: 0) == BlockEntry.magic,
      bytes.number(at: 92) == CRC32C.of(bytes.part(..<92)),
      let precision = FeaturePrecision(code: bytes[4]),
      let offset = Int(exactly: bytes.number(at: 40, as: UInt64.self)),
      let length = Int(exactly: bytes.number(at: 48, as: UInt64.self)),
      let samples = Int(exactly: bytes.number(at: 72, as: UInt64.self))
    else { return nil }
    let layers = Int(bytes.number(at: 56, as: UInt32.self))
    let frames = Int(bytes.number(at: 60, as: UInt32.self))
    let dimension = Int(bytes.number(at: 64, as: UInt32.self))
    let size = [layers, frames, dimension, precision.byteCount].product
    guard size == length, length > 0, offset % 64 == 0,
      !offset.addingReportingOverflow(length).overflow
    else { return nil }
    self.init(
      key: FeatureKey(digest: ContentDigest(bytes: bytes.part(8..<40))),
      precision: precision, offset: offset, layers: layers, frames: frames,
      dimension: dimension, samples: samples, checksum: bytes.number(at: 68),
      written: Int(bytes.number(at: 80, as: Int64.self)),
      worth: Float(bitPattern: bytes.number(at: 88)))
  }
}
