import Diagnostics
import Files
import Speech

/// A spectral front end as an upstream of one layer without parameters.
package struct SpectralUpstream: Upstream {
  package let description: UpstreamDescription
  private let features: SpectralFeatures

  /// - Parameter name: one of ``SpectralFeatures/names``.
  package init(named name: String, title: String) throws {
    features = try SpectralFeatures(named: name)
    let digest = ContentDigest(
      of: "superb.upstream.spectral/1", features.identifier)
    description = UpstreamDescription(
      name: name, title: title, digest: digest.hexadecimal,
      layers: 1, dimension: features.dimension,
      samplesPerFrame: Double(features.samplesPerFrame), parameters: 0,
      receptiveField: name == "stft_mag" ? 512 : 400)
  }

  package func hiddenStates(of samples: [Float]) throws -> HiddenStates {
    let matrix = try features(samples)
    return HiddenStates(
      layers: 1, frames: matrix.frames, dimension: matrix.dimension,
      values: matrix.values)
  }
}

extension UpstreamFamily {
  /// The acoustic baselines.
  package static let spectral: UpstreamFamily = {
    let members = [
      Member(
        "fbank", aliases: ["baseline"],
        title: "log-mel filterbank with deltas, normalised per utterance"),
      Member("fbank_no_cmvn", title: "log-mel filterbank with deltas"),
      Member(
        "mfcc", title: "cepstra with deltas, normalised per utterance"),
      Member("mfcc_no_cmvn", title: "cepstra with deltas"),
      Member(
        "spectrogram", title: "log power spectrum, normalised per utterance"),
      Member("mel", title: "log-mel spectrum, normalised per utterance"),
      Member("linear", title: "log linear spectrum, normalised per utterance"),
      Member("stft_mag", title: "magnitude of the short-time spectrum"),
    ]
    @Sendable func make(_ name: String) throws -> SpectralUpstream {
      let title = members.first { $0.name == name }?.title ?? name
      return try SpectralUpstream(named: name, title: title)
    }
    return UpstreamFamily(
      title: "spectral front ends", members: members,
      describe: { try make($0).description }, make: { try make($0) })
  }()
}
