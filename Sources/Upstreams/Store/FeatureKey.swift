import Files
import Tensors

/// What a block of features is found by: a digest of all that decides its
/// bytes. Names, paths and times are not among it.
struct FeatureKey: Hashable, Sendable {
  var digest: ContentDigest

  init(digest: ContentDigest) {
    self.digest = digest
  }

  /// - Parameters:
  ///   - upstream: ``UpstreamDescription/digest``.
  ///   - audio: the SHA-256 of the audio file's bytes.
  ///   - chain: `AudioChain.identifier`.
  init(
    upstream: String, audio: ContentDigest, chain: String,
    span: ResolvedSpan, view: FeatureView
  ) {
    digest = ContentDigest(
      of: "superb.features/\(NumericsRevision.features)", upstream, audio,
      chain, span.start, span.length, view.pooling.rawValue,
      view.isNormalized ? 1 : 0, view.precision.rawValue)
  }
}
