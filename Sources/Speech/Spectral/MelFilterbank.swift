import Foundation
import Kernels

/// Triangular filters on a power spectrum, equally wide on the mel scale.
struct MelFilterbank: Sendable {
  /// Of each filter: its first bin, how many bins, and their weights, which
  /// follow those of the filter before.
  private var firstBins: [Int32] = []
  private var binCounts: [Int32] = []
  private var weights: [Double] = []
  var count: Int { firstBins.count }

  /// Kaldi's: straight slopes over mel(f) = 1127 ln(1 + f / 700), from 20 Hz
  /// to half the sample rate, whose own bin takes no part.
  static func kaldi(bins: Int, fftSize: Int) -> MelFilterbank {
    MelFilterbank(
      bins: bins, from: 20, spectrumBins: fftSize / 2, fftSize: fftSize,
      scale: .kaldi, slope: Scale.kaldi.mel)
  }

  /// torchaudio's `MelScale`: straight slopes over hertz between points that
  /// are equally spaced in mel, from 0 Hz to half the sample rate.
  static func hertz(bins: Int, fftSize: Int) -> MelFilterbank {
    MelFilterbank(
      bins: bins, from: 0, spectrumBins: fftSize / 2 + 1, fftSize: fftSize,
      scale: .kaldi, slope: { $0 })
  }

  /// That of Slaney's toolbox, which librosa and Whisper have: straight slopes
  /// over hertz, each filter of one area, from 0 Hz to half the sample rate.
  static func slaney(bins: Int, fftSize: Int) -> MelFilterbank {
    MelFilterbank(
      bins: bins, from: 0, spectrumBins: fftSize / 2 + 1, fftSize: fftSize,
      scale: .slaney, slope: { $0 }, haveOneArea: true)
  }

  /// Frequencies as they are heard.
  private enum Scale {
    case kaldi
    /// Straight up to 1000 Hz, which are 15 mel; then 27 mel for each factor
    /// of 6.4.
    case slaney

    func mel(_ hertz: Double) -> Double {
      switch self {
      case .kaldi: 1127 * log(1 + hertz / 700)
      case .slaney where hertz < 1000: 3 * hertz / 200
      case .slaney: 15 + log(hertz / 1000) * 27 / log(6.4)
      }
    }

    func hertz(_ mel: Double) -> Double {
      switch self {
      case .kaldi: 700 * (exp(mel / 1127) - 1)
      case .slaney where mel < 15: 200 * mel / 3
      case .slaney: 1000 * exp(log(6.4) / 27 * (mel - 15))
      }
    }
  }

  /// The filters' corners are equally spaced in mel; their sides are straight
  /// over `slope` of the frequency.
  private init(
    bins: Int, from low: Double, spectrumBins: Int, fftSize: Int,
    scale: Scale, slope: (Double) -> Double, haveOneArea: Bool = false
  ) {
    let rate = Double(speechSampleRate)
    let lowest = scale.mel(low)
    let step = (scale.mel(rate / 2) - lowest) / Double(bins + 1)
    let corners = (0..<bins + 2).map {
      slope(scale.hertz(lowest + step * Double($0)))
    }
    let positions = (0..<spectrumBins).map {
      slope(Double($0) * rate / Double(fftSize))
    }
    for bin in 0..<bins {
      let (left, centre) = (corners[bin], corners[bin + 1])
      let right = corners[bin + 2]
      let height = haveOneArea ? 2 / (right - left) : 1
      let all = positions.map { position in
        let rising = (position - left) / (centre - left)
        let falling = (right - position) / (right - centre)
        return height * max(0, min(rising, falling))
      }
      let first = all.firstIndex { $0 > 0 } ?? 0
      let last = all.lastIndex { $0 > 0 } ?? -1
      let kept = first > last ? [] : all[first...last]
      firstBins.append(Int32(first))
      binCounts.append(Int32(kept.count))
      weights += kept
    }
  }

  /// ``count`` energies of each of a block's frames.
  ///
  /// - Parameters:
  ///   - block: has their power spectra.
  ///   - rows: the energies, `stride` apart.
  func apply(
    to block: borrowing SpectrumBlock, frames: Int,
    into rows: UnsafeMutablePointer<Float>, stride: Int
  ) {
    superb_filter_spectra(
      frames, count, firstBins, binCounts, weights, block.powerStride,
      block.power, block.scratch, stride, rows)
  }
}
