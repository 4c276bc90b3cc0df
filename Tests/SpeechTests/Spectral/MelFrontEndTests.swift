import Diagnostics
import Foundation
import Testing

@testable import Speech

/// The front ends of pretrained models, against their own extractors.
@Suite struct MelFrontEndTests {
  private struct Matrix: Decodable {
    var name: String
    var recipe: [[Int]]
    var frames, dimension, offset: Int
    /// The text of a `preprocessor_config.json`; nil for Kaldi's.
    var config: String?
  }

  private func configuration(
    _ text: String
  ) throws -> SpectralFeatures.Configuration {
    try SpectralFeatures.Configuration(
      preprocessor: Data(text.utf8), at: "preprocessor_config.json")
  }

  @Test func featuresAreThoseOfTheModelsOwnExtractors() throws {
    let matrices = try Fixtures.json("mel.json", as: [Matrix].self)
    let expected = try Fixtures.floats("mel.f32")
    #expect(Set(matrices.map(\.name)).count == 6)
    for matrix in matrices {
      let features = try SpectralFeatures(
        try matrix.config.map(configuration)
          ?? .fbank(bins: 80, deltaOrder: 0, normalizes: false))
      let found = try features(Fixtures.waveform(matrix.recipe))
      #expect(found.frames == matrix.frames, "\(matrix.name)")
      #expect(found.dimension == matrix.dimension, "\(matrix.name)")
      var (off, largest) = (Float(0), Float(1))
      for (index, value) in found.values.enumerated() {
        let reference = expected[matrix.offset + index]
        off = max(off, abs(value - reference))
        largest = max(largest, abs(reference))
      }
      #expect(off <= 1e-4 * largest, "\(matrix.name): \(off) of \(largest)")
    }
  }

  @Test(arguments: [
    #"{}"#, #"{"feature_extractor_type": "Other"}"#,
    #"{"feature_extractor_type": "WhisperFeatureExtractor", "dither": 0.1}"#,
    #"{"feature_extractor_type": "WhisperFeatureExtractor", "n_fft": 0}"#,
    #"{"feature_extractor_type": "WhisperFeatureExtractor", "sampling_rate": 8000}"#,
    #"{"feature_extractor_type": "ASTFeatureExtractor", "num_mel_bins": 0}"#,
    #"{"feature_extractor_type": "SeamlessM4TFeatureExtractor", "stride": 99}"#,
    "[]",
  ])
  func whatIsNotUnderstoodIsRefused(text: String) {
    let found = #expect(throws: UserError.self) { try configuration(text) }
    #expect(found?.location == "preprocessor_config.json")
  }

  /// Two front ends whose features could differ never share an identifier.
  @Test func parametersAreInTheIdentifier() throws {
    let all: [SpectralFeatures.Configuration] = [
      .whisper(), .whisper(bins: 128), .whisper(length: 512), .seamless(),
      .seamless(stacked: 1), .spectrogramTransformer(),
      .spectrogramTransformer(mean: 0), .fbank(), .mel, .fastConformer(),
    ]
    #expect(Set(all.map(\.identifier)).count == all.count)
  }

  @Test func tooShortAudioIsTheUsersError() throws {
    for configuration in [
      SpectralFeatures.Configuration.whisper(), .seamless(),
      .spectrogramTransformer(), .fastConformer(),
    ] {
      let features = try SpectralFeatures(configuration)
      #expect(throws: UserError.self) {
        try features([Float](repeating: 0.1, count: 100))
      }
    }
    let stacked = try SpectralFeatures(.seamless())
    #expect(throws: UserError.self) {
      try stacked([Float](repeating: 0.1, count: 400))
    }
  }
}
