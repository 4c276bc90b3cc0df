import Diagnostics
import Foundation

/// Resampling and writing of audio.
enum Audio {
  /// Zero crossings of the kernel on either side of its centre.
  private static let crossings = 12
  /// Points of the kernel's table from one zero crossing to the next.
  private static let oversampling = 256

  /// The same sound at another rate: band-limited interpolation with a
  /// Hann-windowed sinc (J. O. Smith, "Digital audio resampling home page").
  static func resampled(
    _ samples: [Float], from source: Double, to target: Double
  ) -> [Float] {
    if source == target { return samples }
    let step = source / target
    // Below the lower of both Nyquist frequencies, less the transition band.
    let cutoff = min(1, 1 / step) * 0.92
    let reach = Double(crossings) / cutoff
    let count = Int(Double(samples.count) / step)
    return samples.withUnsafeBufferPointer { samples in
      kernel.withUnsafeBufferPointer { kernel in
        (0..<count).map { i in
          let centre = Double(i) * step
          let first = max(0, Int((centre - reach).rounded(.up)))
          let last = min(samples.count - 1, Int(centre + reach))
          var sum: Float = 0
          for j in first...max(first, last) {
            let place =
              abs(centre - Double(j)) * cutoff * Double(oversampling)
            let cell = Int(place)
            let part = Float(place - Double(cell))
            let value = kernel[cell] + part * (kernel[cell + 1] - kernel[cell])
            sum += value * samples[j]
          }
          return sum * Float(cutoff)
        }
      }
    }
  }

  /// Right half of the kernel, from its centre on, two zeros at the end.
  private static let kernel: [Float] = {
    let count = crossings * oversampling
    let half = (0..<count).map { i -> Float in
      let x = Double(i) / Double(oversampling) * Double.pi
      let window = 0.5 + 0.5 * cos(x / Double(crossings))
      return Float((i == 0 ? 1 : sin(x) / x) * window)
    }
    return half + [0, 0]
  }()

  /// Writes 16-bit mono PCM.
  static func write(
    _ samples: [Float], to path: String, sampleRate: Int
  ) throws {
    let bytes = WaveFile(rate: sampleRate, clipping: samples).bytes
    try Files.write(Data(bytes), to: path)
  }
}
