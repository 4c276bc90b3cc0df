extension SpectralFeatures {
  /// What is computed, in the order of the computation. The presets are the
  /// acoustic baselines of s3prl 0.4.18.
  package struct Configuration: Hashable, Sendable {
    enum Spectrum: Hashable, Sendable {
      case power
      /// Log power whose first bin is the frame's log energy, at least 0.
      case powerWithEnergy
      case magnitude
      case kaldiMel(bins: Int)
      case hertzMel(bins: Int)
      case slaneyMel(bins: Int)
      /// Cepstra of Kaldi mel energies.
      case cepstrum(count: Int, bins: Int, lifter: Double)
    }

    enum Logarithm: Hashable, Sendable {
      /// ln(max(x, floor)).
      case floored(Float)
      /// ln(x + offset).
      case offset(Float)
      /// log₁₀(max(x, floor)).
      case decimal(floor: Float)
    }

    /// What is done to an utterance's features in the end.
    package enum Finish: Hashable, Sendable {
      /// max(x, largest - 8), shifted and scaled to (x + 4) / 4.
      case whisper
      /// Each feature to mean 0 and variance 1: (x - mean) / √(variance + ε),
      /// with the unbiased variance.
      case eachFeature(epsilon: Double)
      /// The same as (x - mean) / (√variance + ε).
      case eachDeviation(epsilon: Double)
      /// (x - mean) / deviation.
      case fixed(mean: Float, deviation: Float)
    }

    var scheme: FrameExtractor.Scheme
    var fftSize: Int
    var spectrum: Spectrum
    var logarithm: Logarithm?
    var deltaOrder = 0
    /// Per-utterance mean and variance normalisation.
    var normalizes: Bool
    /// Zeros at the end of the signal are taken for padding.
    var dropsTrailingZeros = false
    /// What samples are multiplied by first.
    var scale: Float = 1
    /// Whether the last frame is left out.
    var dropsLastFrame = false
    var finish: Finish?
    /// Frames that are put side by side into one; what remains is left out.
    package var stacked = 1

    /// Log mel energies, 80 with Δ and ΔΔ unless said otherwise.
    package static func fbank(
      bins: Int = 80, deltaOrder: Int = 2, normalizes: Bool = true
    ) -> Configuration {
      kaldi(
        .kaldiMel(bins: bins), deltaOrder: deltaOrder, normalizes: normalizes)
    }

    /// 80 log mel energies under a Hamming window: what APC, VQ-APC and NPC
    /// are fed.
    package static func hammingFbank(
      bins: Int = 80, normalizes: Bool = true
    ) -> Configuration {
      kaldi(
        .kaldiMel(bins: bins), window: .hamming, normalizes: normalizes)
    }

    /// 13 cepstra of 23 mel energies with Δ and ΔΔ.
    package static func mfcc(normalizes: Bool = true) -> Configuration {
      kaldi(
        .cepstrum(count: 13, bins: 23, lifter: 22), deltaOrder: 2,
        normalizes: normalizes)
    }

    /// 257 log powers, the first one replaced by the frame's energy.
    package static let spectrogram = kaldi(.powerWithEnergy)

    /// 80 log mel energies of centred frames.
    package static let mel = centred(.hertzMel(bins: 80), drops: true)

    /// 201 log powers of centred frames.
    package static let linear = centred(.power, drops: true)

    /// Log mel energies of centred frames, of which none is taken for
    /// padding: what Mockingjay and TERA are fed.
    package static func centredMel(
      bins: Int = 80, deltaOrder: Int = 0, normalizes: Bool = true
    ) -> Configuration {
      centred(
        .hertzMel(bins: bins), deltaOrder: deltaOrder, normalizes: normalizes)
    }

    /// 201 log powers of centred frames, of which none is taken for padding.
    package static func centredPower(
      deltaOrder: Int = 0, normalizes: Bool = true
    ) -> Configuration {
      centred(.power, deltaOrder: deltaOrder, normalizes: normalizes)
    }

    /// 257 magnitudes every 20 ms, or their logarithms.
    package static func stftMagnitude(
      isLogarithmic: Bool = false
    ) -> Configuration {
      Configuration(
        scheme: .centred(length: 512, shift: 320), fftSize: 512,
        spectrum: .magnitude,
        logarithm: isLogarithmic ? .floored(1e-8) : nil, normalizes: false)
    }

    private static func kaldi(
      _ spectrum: Spectrum, window: FrameExtractor.Window = .povey,
      deltaOrder: Int = 0, normalizes: Bool = true
    ) -> Configuration {
      Configuration(
        scheme: .kaldi(length: 400, shift: 160, window: window),
        fftSize: 512, spectrum: spectrum, logarithm: .floored(.ulpOfOne),
        deltaOrder: deltaOrder, normalizes: normalizes)
    }

    private static func centred(
      _ spectrum: Spectrum, deltaOrder: Int = 0, normalizes: Bool = true,
      drops: Bool = false
    ) -> Configuration {
      Configuration(
        scheme: .centred(length: 400, shift: 160), fftSize: 400,
        spectrum: spectrum, logarithm: .offset(1e-10), deltaOrder: deltaOrder,
        normalizes: normalizes, dropsTrailingZeros: drops)
    }
  }
}

extension SpectralFeatures.Configuration {
  /// What a feature of nothing, 0, becomes in the end.
  package var filling: Float {
    if case .fixed(let mean, let deviation)? = finish {
      return -mean / deviation
    }
    return 0
  }

  /// Features per frame.
  package var dimension: Int {
    let width =
      switch spectrum {
      case .power, .powerWithEnergy, .magnitude: fftSize / 2 + 1
      case .kaldiMel(let bins), .hertzMel(let bins), .slaneyMel(let bins): bins
      case .cepstrum(let count, _, _): count
      }
    return width * (deltaOrder + 1) * stacked
  }

  /// Every parameter as text.
  var identifier: String {
    var parts: [String] = []
    switch scheme {
    case .kaldi(let length, let shift, let window):
      parts.append(
        "kaldi(\(length),\(shift),\(window.rawValue),"
          + "preemphasis=\(FrameExtractor.preemphasis))")
    case .centred(let length, let shift):
      parts.append("centred(\(length),\(shift),hann)")
    case .emphasized(let length, let shift):
      parts.append(
        "emphasized(\(length),\(shift),hann,\(FrameExtractor.preemphasis))")
    }
    parts.append("fft(\(fftSize))")
    switch spectrum {
    case .power: parts.append("power")
    case .powerWithEnergy: parts.append("power+energy")
    case .magnitude: parts.append("magnitude")
    case .kaldiMel(let bins): parts.append("mel(\(bins),20-8000)")
    case .hertzMel(let bins): parts.append("melhz(\(bins),0-8000)")
    case .slaneyMel(let bins): parts.append("slaney(\(bins),0-8000)")
    case .cepstrum(let count, let bins, let lifter):
      parts.append("cepstrum(\(count),mel(\(bins),20-8000),lifter=\(lifter))")
    }
    switch logarithm {
    case .floored(let floor): parts.append("ln(max=\(floor))")
    case .offset(let offset): parts.append("ln(plus=\(offset))")
    case .decimal(let floor): parts.append("log10(max=\(floor))")
    case nil: break
    }
    if deltaOrder > 0 { parts.append("delta(\(deltaOrder),window=5)") }
    if normalizes {
      parts.append("cmvn(\(FeatureMatrix.normalizationEpsilon))")
    }
    if dropsTrailingZeros { parts.append("no-trailing-zeros") }
    if scale != 1 { parts.append("times(\(scale))") }
    if dropsLastFrame { parts.append("no-last") }
    if let finish { parts.append("\(finish)") }
    if stacked > 1 { parts.append("stacked(\(stacked))") }
    return parts.joined(separator: " ")
  }
}
