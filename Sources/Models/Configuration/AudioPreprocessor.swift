import Diagnostics
import Foundation
import Kernels

/// What `preprocessor_config.json` asks to be done to samples.
package struct AudioPreprocessor: Sendable, Equatable, Decodable {
  /// Whether each utterance is brought to mean 0 and variance 1; nil if the
  /// file does not say.
  package var normalizes: Bool?
  /// Samples a second; nil if the file does not say.
  package var sampleRate: Int?

  private enum CodingKeys: String, CodingKey {
    case normalizes = "do_normalize"
    case sampleRate = "sampling_rate"
  }
}

extension AudioPreprocessor {
  /// Reads a `preprocessor_config.json`; `location` names it in errors.
  ///
  /// - Parameter rate: the Hz that are understood.
  package init(json: Data, at location: String, rate: Int = 16000) throws {
    do {
      self = try JSONDecoder().decode(Self.self, from: json)
    } catch is DecodingError {
      throw UserError(
        "this is no preprocessor configuration", at: location,
        fix: "give the preprocessor_config.json that came with the weights")
    }
    if let sampleRate, sampleRate != rate {
      throw UserError(
        "the model wants \(sampleRate) samples a second, not \(rate)",
        at: location)
    }
  }
}

extension AudioPreprocessor {
  /// An utterance's samples at mean 0 and variance 1.
  package static let normalized: @Sendable ([Float]) -> [Float] = { samples in
    [Float](unsafeUninitializedCapacity: samples.count) { y, initialized in
      superb_layer_norm(
        1, samples.count, 1e-5, samples, nil, nil, 0, y.baseAddress, nil, nil)
      initialized = samples.count
    }
  }
}

extension ModelConfiguration {
  /// What is done to an utterance's samples: they are normalized or left.
  ///
  /// As in s3prl, models with a group norm never are, whatever the
  /// preprocessor says: they were trained without, and the norm makes up for
  /// level and offset by itself. The others, and MERT, are unless it says no.
  func preparation(
    _ preprocessor: AudioPreprocessor?
  ) -> @Sendable ([Float]) -> [Float] {
    let isTrainedSo = convolutionNorm == .layer || family == .mert
    guard isTrainedSo, preprocessor?.normalizes ?? true else {
      return { $0 }
    }
    return AudioPreprocessor.normalized
  }
}
