import Foundation

/// One second-order section of an equaliser.
///
/// Formulae: R. Bristow-Johnson, "Cookbook formulae for audio equalizer
/// biquad filter coefficients".
struct Band: Sendable, Equatable {
  private enum Shape: Sendable { case peak, highShelf, highPass, lowPass }

  private var shape: Shape
  private var frequency: Double
  private var gain: Double
  private var quality: Double

  /// A bell of `gain` dB around `frequency` Hz; the wider, the larger `width`.
  static func peak(
    _ frequency: Double, gain: Double, width: Double
  ) -> Band {
    Band(shape: .peak, frequency: frequency, gain: gain, quality: 1 / width)
  }

  /// Lifts what is above 1.2 kHz by `gain` dB, in a gentle slope.
  static func tilt(_ gain: Double) -> Band {
    Band(shape: .highShelf, frequency: 1200, gain: gain, quality: 0.5)
  }

  static func highPass(_ frequency: Double) -> Band {
    Band(shape: .highPass, frequency: frequency, gain: 0, quality: 0.7071)
  }

  static func lowPass(_ frequency: Double) -> Band {
    Band(shape: .lowPass, frequency: frequency, gain: 0, quality: 0.7071)
  }

  /// Filters `samples` in place, starting from silence.
  func apply(to samples: inout [Float], rate: Double) {
    let (b0, b1, b2, a1, a2) = coefficients(rate: rate)
    samples.withUnsafeMutableBufferPointer { samples in
      var s1 = 0.0
      var s2 = 0.0
      for i in samples.indices {
        let x = Double(samples[i])
        let y = b0 * x + s1
        s1 = b1 * x - a1 * y + s2
        s2 = b2 * x - a2 * y
        samples[i] = Float(y)
      }
    }
  }

  private func coefficients(
    rate: Double
  ) -> (Double, Double, Double, Double, Double) {
    let w = 2 * Double.pi * frequency / rate
    let c = cos(w)
    let alpha = sin(w) / (2 * quality)
    let a = pow(10, gain / 40)
    var (b0, b1, b2) = (1 + alpha * a, -2 * c, 1 - alpha * a)
    var (a0, a1, a2) = (1 + alpha, -2 * c, 1 - alpha)
    switch shape {
    case .peak:
      (a0, a2) = (1 + alpha / a, 1 - alpha / a)
    case .highShelf:
      let root = 2 * a.squareRoot() * alpha
      let (sum, difference) = ((a + 1) + (a - 1) * c, (a + 1) - (a - 1) * c)
      b0 = a * (sum + root)
      b1 = -2 * a * ((a - 1) + (a + 1) * c)
      b2 = a * (sum - root)
      a0 = difference + root
      a1 = 2 * ((a - 1) - (a + 1) * c)
      a2 = difference - root
    case .highPass:
      (b0, b1, b2) = ((1 + c) / 2, -(1 + c), (1 + c) / 2)
    case .lowPass:
      (b0, b1, b2) = ((1 - c) / 2, 1 - c, (1 - c) / 2)
    }
    return (b0 / a0, b1 / a0, b2 / a0, a1 / a0, a2 / a0)
  }
}
