import Foundation

/// The kinds of background that a recording can have.
enum Noise: String, Sendable, CaseIterable {
  case white = "white_noise"
  case pink = "pink_noise"
  case brown = "brown_noise"
  case hum = "mains_hum"
  case tap = "running_tap"
  case bike = "exercise_bike"

  /// `count` samples with a root mean square of 1.
  func samples(_ count: Int, rate: Double, _ draws: inout Draws) -> [Float] {
    var samples: [Float]
    switch self {
    case .white:
      samples = Self.white(count, &draws)
    case .pink:
      samples = Self.pink(count, &draws)
    case .brown:
      samples = Self.white(count, &draws)
      Self.integrate(&samples, leak: 0.99)
    case .hum:
      samples = Self.white(count, &draws).map { $0 * 0.1 }
      let phase = draws.uniform(0...6)
      for i in samples.indices {
        let t = 2 * Double.pi * 50 * Double(i) / rate + phase
        samples[i] += Float(sin(t) + 0.5 * sin(2 * t) + 0.4 * sin(6 * t))
      }
    case .tap:
      samples = Self.white(count, &draws)
      Band.highPass(1500).apply(to: &samples, rate: rate)
      Band.lowPass(5500).apply(to: &samples, rate: rate)
    case .bike:
      samples = Self.pink(count, &draws)
      let period = rate / draws.uniform(1.8...2.6)
      for i in samples.indices {
        let turn = sin(2 * Double.pi * Double(i) / period)
        samples[i] *= Float(0.25 + turn * turn)
      }
    }
    Level.scale(&samples, toRMS: 1)
    return samples
  }

  private static func white(_ count: Int, _ draws: inout Draws) -> [Float] {
    (0..<count).map { _ in draws.noise() }
  }

  private static func integrate(_ samples: inout [Float], leak: Float) {
    var sum: Float = 0
    for i in samples.indices {
      sum = leak * sum + samples[i]
      samples[i] = sum
    }
  }

  /// White noise and two leaky integrals of it: within a few dB of 1/f
  /// between 60 Hz and 8 kHz.
  private static func pink(_ count: Int, _ draws: inout Draws) -> [Float] {
    var slow: Float = 0
    var middle: Float = 0
    return (0..<count).map { _ in
      let white = draws.noise()
      slow = 0.995 * slow + 0.1 * white
      middle = 0.92 * middle + 0.3 * white
      return slow + middle + 0.2 * white
    }
  }
}
