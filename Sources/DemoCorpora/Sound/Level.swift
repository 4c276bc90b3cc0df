import Foundation

/// Loudness of samples, full scale being 1.
enum Level {
  static func amplitude(decibels: Double) -> Double { pow(10, decibels / 20) }

  static func rms(_ samples: [Float]) -> Double {
    guard !samples.isEmpty else { return 0 }
    let energy = samples.reduce(0.0) { $0 + Double($1) * Double($1) }
    return (energy / Double(samples.count)).squareRoot()
  }

  /// Scales to that root mean square. Silence stays silence.
  static func scale(_ samples: inout [Float], toRMS target: Double) {
    let now = rms(samples)
    guard now > 0 else { return }
    let factor = Float(target / now)
    for i in samples.indices { samples[i] *= factor }
  }

  /// Without what is 40 dB below the peak at either end.
  static func trimmed(_ samples: [Float]) -> [Float] {
    let threshold = samples.reduce(0) { max($0, abs($1)) } * 0.01
    guard threshold > 0,
      let first = samples.firstIndex(where: { abs($0) > threshold }),
      let last = samples.lastIndex(where: { abs($0) > threshold })
    else { return [] }
    return Array(samples[first...last])
  }
}
