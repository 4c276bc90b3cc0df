/// SHA-1 (FIPS 180-4), which Speech Commands splits its speakers by. Not for
/// anything that must be secure.
enum SHA1 {
  /// The five words of the digest.
  static func digest(_ message: [UInt8]) -> [UInt32] {
    var h: [UInt32] = [
      0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0,
    ]
    var bytes = message + [0x80]
    while bytes.count % 64 != 56 { bytes.append(0) }
    let bits = UInt64(message.count) * 8
    bytes += (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * $0)) }
    for start in stride(from: 0, to: bytes.count, by: 64) {
      compress(bytes[start..<start + 64], &h)
    }
    return h
  }

  private static func compress(_ block: ArraySlice<UInt8>, _ h: inout [UInt32])
  {
    var w = [UInt32](repeating: 0, count: 80)
    for (i, byte) in block.enumerated() {
      w[i / 4] = w[i / 4] << 8 | UInt32(byte)
    }
    for i in 16..<80 {
      w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1)
    }
    var (a, b, c, d, e) = (h[0], h[1], h[2], h[3], h[4])
    for i in 0..<80 {
      let (f, k): (UInt32, UInt32) =
        switch i / 20 {
        case 0: (b & c | ~b & d, 0x5a82_7999)
        case 1: (b ^ c ^ d, 0x6ed9_eba1)
        case 2: (b & c | b & d | c & d, 0x8f1b_bcdc)
        default: (b ^ c ^ d, 0xca62_c1d6)
        }
      let next = rotate(a, 5) &+ f &+ e &+ k &+ w[i]
      (a, b, c, d, e) = (next, a, rotate(b, 30), c, d)
    }
    for (i, value) in [a, b, c, d, e].enumerated() { h[i] &+= value }
  }

  private static func rotate(_ x: UInt32, _ by: UInt32) -> UInt32 {
    x << by | x >> (32 - by)
  }
}
