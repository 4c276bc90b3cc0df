import Foundation

/// The two waveforms of which s3prl publishes hidden states: normal noise as
/// PyTorch draws it on a processor from the seed 0, of lengths that Python
/// draws from its own.
enum PseudoWaveforms {
  static let lengths = [43670, 28623]

  static func make() -> [[Float]] {
    var twister = MersenneTwister(seed: 0)
    return lengths.map { twister.normals($0) }
  }
}

/// Matsumoto and Nishimura's generator of 2002, with PyTorch's way from its
/// numbers to normal ones.
struct MersenneTwister {
  private static let size = 624
  private var state: [UInt32]
  private var next = size

  init(seed: UInt32) {
    state = [seed]
    for index in 1..<Self.size {
      let last = state[index - 1]
      state.append(
        1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(index))
    }
  }

  mutating func draw() -> UInt32 {
    if next == Self.size { twist() }
    var y = state[next]
    next += 1
    y ^= y >> 11
    y ^= (y << 7) & 0x9d2c_5680
    y ^= (y << 15) & 0xefc6_0000
    return y ^ (y >> 18)
  }

  private mutating func twist() {
    for index in 0..<Self.size {
      let joined =
        (state[index] & 0x8000_0000)
        | (state[(index + 1) % Self.size] & 0x7fff_ffff)
      state[index] =
        state[(index + 397) % Self.size] ^ (joined >> 1)
        ^ (joined & 1 == 0 ? 0 : 0x9908_b0df)
    }
    next = 0
  }

  /// 24 bits of a draw, in 0 ..< 1.
  private mutating func uniform() -> Float {
    Float(draw() & 0xff_ffff) / 0x1p24
  }

  /// Normal numbers, at least 16: uniform ones, of which each sixteen become
  /// normal by Box and Muller's transform of the first eight and the last.
  /// What is left over shares its block with numbers that are drawn anew.
  mutating func normals(_ count: Int) -> [Float] {
    precondition(count >= 16)
    var values = (0..<count).map { _ in uniform() }
    for start in stride(from: 0, through: count - 16, by: 16) {
      Self.transform(&values, start)
    }
    if count % 16 != 0 {
      for index in count - 16..<count { values[index] = uniform() }
      Self.transform(&values, count - 16)
    }
    return values
  }

  private static func transform(_ values: inout [Float], _ start: Int) {
    for index in start..<start + 8 {
      let radius = (-2 * log(1 - values[index])).squareRoot()
      let angle = 2 * Float.pi * values[index + 8]
      values[index] = radius * cos(angle)
      values[index + 8] = radius * sin(angle)
    }
  }
}
