/// 16-bit mono PCM in RIFF/WAVE, as a program writes it to a pipe.
struct WaveFile: Sendable, Equatable {
  var rate: Int
  var samples: [Int16]
}

extension WaveFile {
  /// Reads what a program writes to a pipe: there the length of the data is a
  /// guess, so all that is there counts, up to that length. nil if it is not
  /// 16-bit mono PCM.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 12, bytes[0..<4].elementsEqual("RIFF".utf8),
      bytes[8..<12].elementsEqual("WAVE".utf8)
    else { return nil }
    var at = 12
    var rate: Int?
    while bytes.count - at >= 8 {
      let name = bytes[at..<at + 4]
      let size = Int(Self.integer(bytes, at + 4, 4))
      at += 8
      let end = at + min(size, bytes.count - at)
      if name.elementsEqual("fmt ".utf8) {
        guard end - at >= 16, Self.integer(bytes, at, 2) == 1,
          Self.integer(bytes, at + 2, 2) == 1,
          Self.integer(bytes, at + 14, 2) == 16
        else { return nil }
        rate = Int(Self.integer(bytes, at + 4, 4))
      } else if name.elementsEqual("data".utf8) {
        guard let rate, rate > 0 else { return nil }
        self.rate = rate
        samples = bytes.withUnsafeBytes { bytes in
          stride(from: at, to: end - 1, by: 2).map {
            Int16(
              littleEndian: bytes.loadUnaligned(
                fromByteOffset: $0, as: Int16.self))
          }
        }
        return
      }
      at = end + size % 2
    }
    return nil
  }

  private static func integer(
    _ bytes: [UInt8], _ at: Int, _ width: Int
  ) -> UInt32 {
    (0..<width).reduce(0) { $0 | UInt32(bytes[at + $1]) << (8 * UInt32($1)) }
  }
}
