/// A message digest, as bytes, most significant first.
///
/// SHA-1 is written out here and not taken from OpenSSL, because a module
/// that imports a C library makes every plugin need that library's headers.
/// It serves corpora that are split by it, and nothing that must be secure.
public struct Digest: Sendable, Equatable {
  /// The digest itself, in its own length.
  public let bytes: [UInt8]

  /// SHA-1 (FIPS 180-4, section 6.1) of a text's UTF-8 bytes: 160 bits.
  public static func sha1(_ text: String) -> Digest {
    var message = Array(text.utf8)
    let bitCount = UInt64(message.count) * 8
    message.append(0x80)
    while message.count % 64 != 56 { message.append(0) }
    message.append(contentsOf: bigEndian(bitCount))

    var state: [UInt32] = [
      0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0,
    ]
    for start in stride(from: 0, to: message.count, by: 64) {
      compress(message[start..<start + 64], into: &state)
    }
    return Digest(bytes: state.flatMap(bigEndian))
  }

  /// The digest as one big number, modulo 2^bits; bits is at most 64.
  public func remainder(bits: Int) -> UInt64 {
    let low = bytes.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return bits >= 64 ? low : low & (1 << UInt64(max(bits, 0)) - 1)
  }

  /// Lower-case hexadecimal digits.
  public var hexadecimal: String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static func compress(
    _ block: ArraySlice<UInt8>, into state: inout [UInt32]
  ) {
    var words = stride(from: block.startIndex, to: block.endIndex, by: 4).map {
      block[$0..<$0 + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    for t in 16..<80 {
      words.append(
        rotated(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 1))
    }
    var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
    for t in 0..<80 {
      let (f, k): (UInt32, UInt32) =
        switch t {
        case 0..<20: (b & c | ~b & d, 0x5a82_7999)
        case 20..<40: (b ^ c ^ d, 0x6ed9_eba1)
        case 40..<60: (b & c | b & d | c & d, 0x8f1b_bcdc)
        default: (b ^ c ^ d, 0xca62_c1d6)
        }
      let next = rotated(a, 5) &+ f &+ e &+ k &+ words[t]
      (a, b, c, d, e) = (next, a, rotated(b, 30), c, d)
    }
    for (index, word) in [a, b, c, d, e].enumerated() { state[index] &+= word }
  }

  private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word << count | word >> (32 - count)
  }

  private static func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }
}
