/// A sequence of random numbers that depends on nothing but a seed and a
/// name, so that a file's content does not depend on which worker makes it.
///
/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number
/// generators", OOPSLA 2014), started at seed and FNV-1a of the name.
struct Draws: Sendable {
  private var state: UInt64

  init(seed: UInt64, _ name: String) {
    let hash = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3
    }
    state = Self.mix(seed &+ 0x9e37_79b9_7f4a_7c15) ^ hash
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return Self.mix(state)
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Uniform over [0, 1).
  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// Uniform over 0 ..< bound; 0 if `bound` is 0.
  mutating func integer(below bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(max(bound, 0))).high)
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + integer(below: range.count)
  }

  /// Zero mean, unit variance: the sum of four uniform draws, which is near
  /// enough to normal for noise and, unlike Box-Muller, needs no libm.
  mutating func noise() -> Float {
    let bits = next()
    let sum =
      UInt32(bits & 0xffff) + UInt32(bits >> 16 & 0xffff)
      + UInt32(bits >> 32 & 0xffff) + UInt32(bits >> 48)
    // Four uniforms over [0, 65535]: mean 131070, deviation 65536 / √3.
    return (Float(sum) - 131_070) * (1.732_050_8 / 65_536)
  }

  /// One of `choices`, which must not be empty.
  mutating func pick<T>(_ choices: [T]) -> T {
    choices[integer(below: choices.count)]
  }

  /// Fisher and Yates's shuffle. (The standard library's may change between
  /// versions, and these bytes must not.)
  mutating func shuffled<T>(_ items: [T]) -> [T] {
    var result = items
    for last in stride(from: result.count - 1, to: 0, by: -1) {
      result.swapAt(last, integer(below: last + 1))
    }
    return result
  }

  /// `count` characters out of `alphabet`.
  mutating func string(_ count: Int, of alphabet: String) -> String {
    let letters = Array(alphabet)
    return String((0..<count).map { _ in pick(letters) })
  }
}
