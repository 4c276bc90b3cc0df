/// IEEE 754 binary16 as bits, converted without the processor's help, in
/// loops that vectorise.
enum Half {
  /// The largest finite value.
  static let greatest: Float = 65504

  /// The nearest, ties to even. `value` is finite and at most ``greatest``.
  static func bits(_ value: Float) -> UInt16 {
    let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
    let magnitude = value.magnitude
    if magnitude < 0x1p-14 {
      // The last bit of a float at ½ weighs 2⁻²⁴, as the last bit of a
      // subnormal half does: the addition rounds.
      let aligned = magnitude + 0.5
      return sign
        | UInt16(truncatingIfNeeded: aligned.bitPattern &- 0x3f00_0000)
    }
    let pattern = magnitude.bitPattern
    let rounded = pattern &+ 0xfff &+ (pattern >> 13 & 1)
    return sign | UInt16(truncatingIfNeeded: (rounded &- 0x3800_0000) >> 13)
  }

  /// Exact. `bits` stands for a finite value.
  static func value(_ bits: UInt16) -> Float {
    let magnitude =
      Float(bitPattern: UInt32(bits & 0x7fff) << 13) * 0x1p112
    return Float(
      bitPattern: magnitude.bitPattern | UInt32(bits & 0x8000) << 16)
  }
}
