/// Python's module `random`, as CPython 3 has it: a Mersenne Twister seeded
/// by the number's 32-bit digits. It exists to repeat splits that were drawn
/// with it; everything else draws from `RandomStream`.
public struct PythonRandom {
  private var generator: MersenneTwister

  /// As `random.seed(seed)`.
  public init(seed: UInt64) {
    let low = UInt32(truncatingIfNeeded: seed)
    let high = UInt32(truncatingIfNeeded: seed >> 32)
    generator = MersenneTwister(key: high == 0 ? [low] : [low, high])
  }

  /// As `random.getrandbits(count)`; `count` is from 1 to 32.
  public mutating func bits(_ count: Int) -> UInt32 {
    generator.next() >> UInt32(32 - min(max(count, 1), 32))
  }

  /// As `random.randrange(bound)`, uniform over 0 ..< bound; 0 if `bound` is
  /// not positive.
  public mutating func integer(below bound: UInt32) -> UInt32 {
    guard bound > 0 else { return 0 }
    let width = UInt32.bitWidth - bound.leadingZeroBitCount
    while true {
      let draw = bits(width)
      if draw < bound { return draw }
    }
  }

  /// As `random.shuffle(items)`.
  public mutating func shuffle<Element>(_ items: inout [Element]) {
    guard items.count > 1 else { return }
    for last in stride(from: items.count - 1, to: 0, by: -1) {
      items.swapAt(last, Int(integer(below: UInt32(clamping: last + 1))))
    }
  }
}
