import Diagnostics
import Foundation

extension SpectralFeatures.Configuration {
  /// Log mel energies as Whisper reads them: of centred frames, down to 80 dB
  /// below the utterance's loudest.
  package static func whisper(
    bins: Int = 80, length: Int = 400, shift: Int = 160
  ) -> Self {
    Self(
      scheme: .centred(length: length, shift: shift), fftSize: length,
      spectrum: .slaneyMel(bins: bins), logarithm: .decimal(floor: 1e-10),
      normalizes: false, dropsLastFrame: true, finish: .whisper)
  }

  /// Kaldi's log mel energies of samples as 16-bit numbers, each at mean 0 and
  /// variance 1, two frames side by side: what w2v-BERT 2.0 reads.
  package static func seamless(bins: Int = 80, stacked: Int = 2) -> Self {
    Self(
      scheme: .kaldi(length: 400, shift: 160, window: .povey), fftSize: 512,
      spectrum: .kaldiMel(bins: bins), logarithm: .floored(.ulpOfOne),
      normalizes: false, scale: 32768, finish: .eachFeature(epsilon: 1e-7),
      stacked: stacked)
  }

  /// Log mel energies of the pre-emphasised signal, each at mean 0 and variance
  /// 1: what NeMo's FastConformers read.
  package static func fastConformer(bins: Int = 80) -> Self {
    Self(
      scheme: .emphasized(length: 400, shift: 160), fftSize: 512,
      spectrum: .slaneyMel(bins: bins), logarithm: .offset(0x1p-24),
      normalizes: false, dropsLastFrame: true,
      finish: .eachDeviation(epsilon: 1e-5))
  }

  /// Kaldi's log mel energies under a Hann window, less a mean and over twice
  /// a deviation that were found in training: what AST reads.
  package static func spectrogramTransformer(
    bins: Int = 128, mean: Float = -4.2677393, deviation: Float = 4.5689974
  ) -> Self {
    Self(
      scheme: .kaldi(length: 400, shift: 160, window: .hann), fftSize: 512,
      spectrum: .kaldiMel(bins: bins), logarithm: .floored(.ulpOfOne),
      normalizes: false, finish: .fixed(mean: mean, deviation: 2 * deviation))
  }

  /// What a `preprocessor_config.json` of `transformers` asks for.
  ///
  /// - Parameter location: names the file in errors.
  /// - Throws: `UserError` if it is no such file, or asks for something that
  ///   is not understood.
  package init(preprocessor json: Data, at location: String) throws {
    let file: MelPreprocessor
    do {
      file = try JSONDecoder().decode(MelPreprocessor.self, from: json)
    } catch is DecodingError {
      throw UserError(
        "this is no preprocessor configuration of a spectral model",
        at: location,
        fix: "give the preprocessor_config.json that came with the weights")
    }
    self = try UserError.placing(location) { try file.configuration() }
  }
}

/// The keys of `preprocessor_config.json` that decide a spectrum.
private struct MelPreprocessor: Decodable {
  var feature_extractor_type: String
  var feature_size, num_mel_bins, sampling_rate: Int?
  var hop_length, n_fft, win_length, stride: Int?
  var preemphasis: Double?
  var mean, std: Float?
  var do_normalize: Bool?
  var dither: Double?

  func configuration() throws -> SpectralFeatures.Configuration {
    try require(
      "sampling_rate", sampling_rate ?? speechSampleRate, 16000...16000)
    if let dither, dither != 0 {
      throw UserError("dither is \(dither); features are made without noise")
    }
    switch feature_extractor_type {
    case "WhisperFeatureExtractor":
      return .whisper(
        bins: try require("feature_size", feature_size ?? 80, 1...200),
        length: try require("n_fft", n_fft ?? 400, 32...4096),
        shift: try require("hop_length", hop_length ?? 160, 160...160))
    case "SeamlessM4TFeatureExtractor":
      return .seamless(
        bins: try require("num_mel_bins", num_mel_bins ?? 80, 1...200),
        stacked: try require("stride", stride ?? 2, 1...16))
    case "ParakeetFeatureExtractor":
      try require("hop_length", hop_length ?? 160, 160...160)
      try require("n_fft", n_fft ?? 512, 512...512)
      try require("win_length", win_length ?? 400, 400...400)
      guard abs((preemphasis ?? 0.97) - 0.97) < 1e-6 else {
        throw UserError(
          "preemphasis is \(preemphasis ?? 0)", fix: "understood is 0.97")
      }
      return .fastConformer(
        bins: try require("feature_size", feature_size ?? 80, 1...200))
    case "ASTFeatureExtractor":
      let bins = try require("num_mel_bins", num_mel_bins ?? 128, 1...200)
      guard do_normalize ?? true else {
        return .spectrogramTransformer(bins: bins, mean: 0, deviation: 0.5)
      }
      guard let std, std.isFinite, std > 0 else {
        return .spectrogramTransformer(bins: bins)
      }
      return .spectrogramTransformer(
        bins: bins, mean: mean ?? -4.2677393, deviation: std)
    default:
      throw UserError(
        "feature_extractor_type \(feature_extractor_type) is not understood",
        fix: "understood are those of Whisper, SeamlessM4T (w2v-BERT), AST and"
          + " Parakeet")
    }
  }

  @discardableResult
  private func require(
    _ key: String, _ value: Int, _ range: ClosedRange<Int>
  ) throws -> Int {
    guard range.contains(value) else {
      throw UserError(
        "\(key) is \(value)",
        fix: range.count == 1
          ? "understood is \(range.lowerBound)"
          : "it is between \(range.lowerBound) and \(range.upperBound)")
    }
    return value
  }
}
