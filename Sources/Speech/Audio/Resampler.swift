import CSoxr
import Diagnostics
import Foundation

/// SoX's `rate` effect at its default quality ("high": 20 bits, linear
/// phase), by the library that was made from it. For whole ratios such as 8
/// or 48 kHz the samples are SoX's own; for others, such as 44.1 kHz, the
/// library divides the work differently and the difference is about -80 dB.
package enum Resampler {
  private static let bits = 20.0
  /// Where SoX has the passband end, as a fraction of the lower rate's half.
  /// libsoxr's own fit of the same curve differs in the fourth place, which
  /// is another filter length.
  private static let passbandEnd: Double = {
    let rejection = bits * 20 * log10(2)
    let rolloff = (1.6e-6 * rejection - 7.5e-4) * rejection + 0.646
    return 1 - 0.05 / rolloff
  }()

  /// round(n · to / from) samples.
  package static func resample(
    _ samples: [Float], from rate: Int, to newRate: Int
  ) throws -> [Float] {
    let count = length(of: samples.count, from: rate, to: newRate)
    var input = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I)
    var quality = soxr_quality_spec(
      UInt(SOXR_HQ), UInt(SOXR_DOUBLE_PRECISION))
    quality.passband_end = passbandEnd
    var runtime = soxr_runtime_spec(1)
    var done = 0
    var problem: soxr_error_t?
    var output = [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      problem = soxr_oneshot(
        Double(rate), Double(newRate), 1, samples, samples.count, nil,
        buffer.baseAddress, count, &done, &input, &quality, &runtime)
      filled = problem == nil ? done : 0
    }
    if let problem {
      throw InternalError(
        "resampling \(rate) → \(newRate) Hz: \(String(cString: problem))")
    }
    // The library may end one sample early when the ratio rounds down.
    while output.count < count { output.append(output.last ?? 0) }
    return output
  }

  static func length(of count: Int, from rate: Int, to newRate: Int) -> Int {
    (2 * count * newRate + rate) / (2 * rate)
  }
}
