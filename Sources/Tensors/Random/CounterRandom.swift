/// Random numbers as a pure function of (seed, stream, index).
///
/// There is no hidden position, so a draw does not depend on which thread
/// asks, in which order, or how often, and a run that is continued from its
/// middle draws what an undisturbed one would have drawn.
///
/// The generator is Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel
/// random numbers: as easy as 1, 2, 3", SC 2011): the key is the seed, the
/// counter is (index, stream).
package struct CounterRandom: Sendable, Equatable {
  package let seed: UInt64

  package init(seed: UInt64) {
    self.seed = seed
  }

  /// The stream of that name: FNV-1a, 64 bits, of its UTF-8 bytes.
  package static func stream(_ name: String) -> UInt64 {
    name.utf8.reduce(0xcbf2_9ce4_8422_2325) { hash, byte in
      (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }
  }

  /// 64 uniform bits.
  package func bits(stream: UInt64, index: UInt64) -> UInt64 {
    let block = block(stream: stream, index: index)
    return UInt64(block.0) | UInt64(block.1) << 32
  }

  /// Uniform over [0, 1), with 53 random bits.
  package func uniform(stream: UInt64, index: UInt64) -> Double {
    Double(bits(stream: stream, index: index) >> 11) * 0x1p-53
  }

  /// Uniform over 0 ..< bound; 0 if `bound` is 0. The upper half of
  /// bits · bound: the bias is below bound / 2⁶⁴.
  package func integer(
    below bound: UInt64, stream: UInt64, index: UInt64
  ) -> UInt64 {
    bits(stream: stream, index: index).multipliedFullWidth(by: bound).high
  }

  /// The four 32-bit words of one Philox block.
  package func block(
    stream: UInt64, index: UInt64
  ) -> (UInt32, UInt32, UInt32, UInt32) {
    var c0 = UInt32(truncatingIfNeeded: index)
    var c1 = UInt32(truncatingIfNeeded: index >> 32)
    var c2 = UInt32(truncatingIfNeeded: stream)
    var c3 = UInt32(truncatingIfNeeded: stream >> 32)
    var k0 = UInt32(truncatingIfNeeded: seed)
    var k1 = UInt32(truncatingIfNeeded: seed >> 32)
    for _ in 0..<10 {
      let p0 = UInt64(c0) &* 0xd251_1f53
      let p1 = UInt64(c2) &* 0xcd9e_8d57
      let high0 = UInt32(p0 >> 32)
      let high1 = UInt32(p1 >> 32)
      c0 = high1 ^ c1 ^ k0
      c1 = UInt32(truncatingIfNeeded: p1)
      c2 = high0 ^ c3 ^ k1
      c3 = UInt32(truncatingIfNeeded: p0)
      k0 &+= 0x9e37_79b9
      k1 &+= 0xbb67_ae85
    }
    return (c0, c1, c2, c3)
  }
}
