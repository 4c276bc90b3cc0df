import Alignment

/// Reproducible random numbers for tests.
struct Noise {
  private var state: UInt64

  init(_ seed: UInt64) {
    state = seed
  }

  mutating func bits() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(bits() % UInt64(bound)) }

  /// Uniform over [-1, 1).
  mutating func number() -> Float { Float(Int64(bitPattern: bits())) * 0x1p-63 }

  mutating func frames(_ count: Int, dim: Int) -> [Float] {
    (0..<count * dim).map { _ in number() }
  }

  mutating func matrices(_ lengths: [Int], dim: Int) -> [[Float]] {
    lengths.map { frames($0, dim: dim) }
  }
}

extension DTWSettings {
  /// Every pattern with every pair of ends that it has.
  static let everyPattern: [DTWSettings] =
    [(true, true), (true, false), (false, true), (false, false)].map {
      DTWSettings(pattern: .asymmetric, openBegin: $0.0, openEnd: $0.1)
    } + [
      DTWSettings(pattern: .symmetric1), DTWSettings(pattern: .symmetric2),
      DTWSettings(pattern: .symmetric2, openEnd: true),
      DTWSettings(pattern: .subsequence),
    ]
}
