import Diagnostics
import Foundation
import Speech

/// What a model behind a spectral front end is fed.
struct SpectralFrontEnd: Sendable, Equatable, Codable {
  enum Kind: String, Sendable, Codable {
    /// Kaldi's log mel energies, under a Hamming window or Povey's.
    case hammingFbank, fbank
    /// Log mel energies and log powers of centred frames.
    case mel, linear
  }

  var kind: Kind
  /// Mel energies of a frame; log powers are always 201.
  var bins: Int
  /// Differences in time that follow the features.
  var deltaOrder: Int
  /// Whether each feature is brought to mean 0 and variance 1.
  var normalizes: Bool
  /// The level in decibels that samples are brought to first; nil leaves them
  /// as they are.
  var level: Double?

  init(
    _ kind: Kind, bins: Int = 80, deltaOrder: Int = 0, normalizes: Bool,
    level: Double? = nil
  ) {
    self.kind = kind
    self.bins = bins
    self.deltaOrder = deltaOrder
    self.normalizes = normalizes
    self.level = level
  }

  /// - Throws: `UserError` for numbers that no front end can have.
  func checkSizes() throws {
    guard (1...200).contains(bins) else {
      throw UserError(
        "the front end has \(bins) mel bins", fix: "it has between 1 and 200")
    }
    guard (0...4).contains(deltaOrder) else {
      throw UserError(
        "the front end has deltas up to order \(deltaOrder)",
        fix: "it has none, or up to order 4")
    }
    if let level, !(-200...200).contains(level) {
      throw UserError("the front end's level is \(level) dB")
    }
  }

  /// Features of a frame.
  var dimension: Int { (kind == .linear ? 201 : bins) * (deltaOrder + 1) }

  var configuration: SpectralFeatures.Configuration {
    switch kind {
    case .hammingFbank: .hammingFbank(bins: bins, normalizes: normalizes)
    case .fbank:
      .fbank(bins: bins, deltaOrder: deltaOrder, normalizes: normalizes)
    case .mel:
      .centredMel(bins: bins, deltaOrder: deltaOrder, normalizes: normalizes)
    case .linear:
      .centredPower(deltaOrder: deltaOrder, normalizes: normalizes)
    }
  }

  /// The samples at the front end's level.
  func leveled(_ samples: [Float]) -> [Float] {
    guard let level, !samples.isEmpty else { return samples }
    let power = samples.reduce(0.0) { $0 + Double($1) * Double($1) }
    let root = (power / Double(samples.count)).squareRoot()
    let factor = Float(pow(10, level / 20) / (root + 1e-10))
    return samples.map { $0 * factor }
  }
}
