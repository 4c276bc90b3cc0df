/// SplitMix64: the same numbers for the same seed on every machine.
package struct SeededNumbers: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number below `bound`, which must be above 0 and below 2³².
  package mutating func below(_ bound: Int) -> Int {
    Int(((next() >> 32) &* UInt64(truncatingIfNeeded: bound)) >> 32)
  }

  /// How often each of the groups is drawn, where each stratum of them is
  /// drawn from as many times as it has groups, with replacement.
  package mutating func draw(strata: [Int], into counts: inout [Int]) {
    var first = 0
    for size in strata {
      for i in first..<first + size { counts[i] = 0 }
      for _ in 0..<size { counts[first + below(size)] += 1 }
      first += size
    }
  }
}
