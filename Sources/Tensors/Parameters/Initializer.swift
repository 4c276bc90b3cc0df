import Foundation

/// What a parameter holds before it is trained.
package struct Initializer: Equatable, Sendable {
  package enum Distribution: Equatable, Sendable {
    case zeros
    case constant(Double)
    /// Over [low, high).
    case uniform(low: Double, high: Double)
    case normal(mean: Double, deviation: Double)
  }

  package var distribution: Distribution
  /// Draws are a function of this seed and the parameter's name; nil means
  /// the engine's.
  package var seed: UInt64?

  package init(_ distribution: Distribution, seed: UInt64? = nil) {
    self.distribution = distribution
    self.seed = seed
  }

  package static let zeros = Initializer(.zeros)

  func fill(
    _ numbers: UnsafeMutableBufferPointer<Float>, name: String,
    random engineRandom: CounterRandom
  ) {
    let random = seed.map(CounterRandom.init(seed:)) ?? engineRandom
    let stream = CounterRandom.stream(name)
    switch distribution {
    case .zeros:
      numbers.update(repeating: 0)
    case .constant(let value):
      numbers.update(repeating: Float(value))
    case .uniform(let low, let high):
      let below = Float(high).nextDown
      for index in numbers.indices {
        let share = random.uniform(stream: stream, index: UInt64(index))
        let value = Float(low + (high - low) * share)
        // Rounding to float32 may reach the open end.
        numbers[index] = value >= Float(high) && low < high ? below : value
      }
    case .normal(let mean, let deviation):
      for index in numbers.indices {
        let draw = random.standardNormal(stream: stream, index: UInt64(index))
        numbers[index] = Float(mean + deviation * draw)
      }
    }
  }
}

extension CounterRandom {
  /// Mean 0, variance 1: Box and Muller's transform of one block.
  package func standardNormal(stream: UInt64, index: UInt64) -> Double {
    let block = block(stream: stream, index: index)
    // The radius needs a uniform number above 0.
    let first = UInt64(block.0) | UInt64(block.1) << 32
    let second = UInt64(block.2) | UInt64(block.3) << 32
    let radius = Double((first >> 11) + 1) * 0x1p-53
    let angle = Double(second >> 11) * 0x1p-53
    return (-2 * Foundation.log(radius)).squareRoot()
      * Foundation.cos(2 * .pi * angle)
  }
}
