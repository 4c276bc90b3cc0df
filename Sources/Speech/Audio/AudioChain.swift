import Foundation

/// What is done to audio after mixing to mono and resampling to 16 kHz: the
/// SoX effects `gain` and `silence` as the benchmark's recipes use them.
package struct AudioChain: Hashable, Sendable {
  /// SoX `gain`; 0 leaves the samples alone.
  package var gainDecibels: Double
  /// SoX `silence 1 0.1 0.1% -1 0.1 0.1%`, after the gain.
  package var trimsSilence: Bool

  package init(gainDecibels: Double = 0, trimsSilence: Bool = false) {
    self.gainDecibels = gainDecibels
    self.trimsSilence = trimsSilence
  }

  /// Stable text for cache keys, such as `gain=-3;silence`; empty for a
  /// chain that does nothing.
  package var identifier: String {
    var parts: [String] = []
    if gainDecibels != 0 {
      let whole =
        gainDecibels == gainDecibels.rounded()
        && abs(gainDecibels) < 1_000
      parts.append(
        "gain=" + (whole ? "\(Int(gainDecibels))" : "\(gainDecibels)"))
    }
    if trimsSilence { parts.append("silence") }
    return parts.joined(separator: ";")
  }

  /// The chain on mono 16 kHz samples in [-1, 1].
  ///
  /// As in SoX, samples travel as 32-bit integers between the effects.
  package func apply(to samples: [Float]) -> [Float] {
    guard gainDecibels != 0 || trimsSilence else { return samples }
    return integers(of: samples).map { Float(Double($0) * 0x1p-31) }
  }

  /// The chain's output as SoX itself holds it.
  func integers(of samples: [Float]) -> [Int32] {
    var integers = samples.map { AudioChain.rounded(Double($0) * 0x1p31) }
    if gainDecibels != 0 {
      let factor = pow(10, gainDecibels / 20)
      for index in integers.indices {
        integers[index] = AudioChain.rounded(Double(integers[index]) * factor)
      }
    }
    return trimsSilence ? SilenceTrimmer.trimmed(integers) : integers
  }

  /// To the nearest, halves away from zero, clipped; 0 if not a number.
  private static func rounded(_ value: Double) -> Int32 {
    if value.isNaN { return 0 }
    let clipped = min(max(value, Double(Int32.min)), Double(Int32.max))
    return Int32(clipped + (clipped < 0 ? -0.5 : 0.5))
  }
}
