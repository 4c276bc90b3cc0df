import Diagnostics
import Foundation
import Kernels

/// Cuts a waveform into windowed frames.
struct FrameExtractor: Sendable {
  /// Where frames lie and what is done to each.
  enum Scheme: Hashable, Sendable {
    /// Kaldi's: frames wholly inside the signal, each less its mean, then
    /// pre-emphasised, then windowed.
    case kaldi(length: Int, shift: Int, window: Window)
    /// Frames centred on multiples of the shift, the signal mirrored at both
    /// ends, under a periodic Hann window.
    case centred(length: Int, shift: Int)
    /// Frames centred likewise, of the signal pre-emphasised as a whole and with
    /// zeros beyond both ends, under a Hann window.
    case emphasized(length: Int, shift: Int)
  }

  enum Window: String, Hashable, Sendable {
    case povey, hamming, hann
  }

  static let preemphasis: Float = 0.97

  let scheme: Scheme
  let length: Int
  let shift: Int
  private let needsEnergy: Bool
  private let window: [Float]

  init(_ scheme: Scheme, needsEnergy: Bool) {
    self.needsEnergy = needsEnergy
    self.scheme = scheme
    switch scheme {
    case .kaldi(let length, let shift, let kind):
      (self.length, self.shift) = (length, shift)
      window = (0..<length).map { k in
        let turn = cos(2 * .pi * Double(k) / Double(length - 1))
        return switch kind {
        case .povey: Float(pow(0.5 - 0.5 * turn, 0.85))
        case .hamming: Float(0.54 - 0.46 * turn)
        case .hann: Float(0.5 - 0.5 * turn)
        }
      }
    case .centred(let length, let shift):
      (self.length, self.shift) = (length, shift)
      window = (0..<length).map { k in
        Float(0.5 - 0.5 * cos(2 * .pi * Double(k) / Double(length)))
      }
    case .emphasized(let length, let shift):
      (self.length, self.shift) = (length, shift)
      window = (0..<length).map { k in
        Float(0.5 - 0.5 * cos(2 * .pi * Double(k) / Double(length - 1)))
      }
    }
  }

  /// The fewest samples that make a frame.
  var fewestSamples: Int {
    switch scheme {
    case .kaldi: length
    // A mirror needs one more sample than it reflects.
    case .centred: length / 2 + 1
    case .emphasized: shift
    }
  }

  func frameCount(samples: Int) throws -> Int {
    guard samples >= fewestSamples else {
      throw UserError(
        "audio is too short: \(samples) samples at 16 kHz where "
          + "\(fewestSamples) are needed", fix: "leave it out")
    }
    return switch scheme {
    case .kaldi: 1 + (samples - length) / shift
    case .centred, .emphasized: 1 + samples / shift
    }
  }

  /// Puts these frames into `rows`, `stride` apart. Gives each one's energy
  /// (sum of squares) before pre-emphasis and window, if that is needed.
  func extract(
    _ range: Range<Int>, of samples: UnsafeBufferPointer<Float>,
    into rows: UnsafeMutablePointer<Float>, stride: Int,
    energies: UnsafeMutablePointer<Double>
  ) {
    guard let first = samples.baseAddress else { return }
    window.withUnsafeBufferPointer { window in
      switch scheme {
      case .kaldi:
        superb_kaldi_frames(
          range.count, shift, length, first + range.lowerBound * shift,
          window.baseAddress, FrameExtractor.preemphasis, stride, rows,
          needsEnergy ? energies : nil)
      case .centred:
        for index in range {
          extractCentred(
            at: index * shift - length / 2, of: samples, window,
            into: rows + (index - range.lowerBound) * stride)
        }
      case .emphasized:
        for index in range {
          let frame = rows + (index - range.lowerBound) * stride
          let start = index * shift - length / 2
          for k in 0..<length {
            let place = start + k
            let isHeard = samples.indices.contains(place)
            let before = place > 0 && isHeard ? samples[place - 1] : 0
            let sample = isHeard ? samples[place] : 0
            frame[k] =
              (sample - FrameExtractor.preemphasis * before) * window[k]
          }
        }
      }
    }
  }

  private func extractCentred(
    at start: Int, of samples: UnsafeBufferPointer<Float>,
    _ window: UnsafeBufferPointer<Float>,
    into frame: UnsafeMutablePointer<Float>
  ) {
    let end = samples.count - 1
    if start >= 0 && start + length <= samples.count {
      for k in 0..<length { frame[k] = samples[start + k] * window[k] }
    } else {
      for k in 0..<length {
        let position = abs(start + k)
        let mirrored = position > end ? 2 * end - position : position
        frame[k] = samples[mirrored] * window[k]
      }
    }
  }
}
