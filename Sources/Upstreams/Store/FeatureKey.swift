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
    let hasher = DigestHasher()
    hasher.combine("superb.features/\(NumericsRevision.features)")
    hasher.combine(upstream)
    hasher.combine(audio)
    hasher.combine(chain)
    hasher.combine(span.start)
    hasher.combine(span.length)
    hasher.combine(view.pooling.rawValue)
    hasher.combine(view.isNormalized ? 1 : 0)
    hasher.combine(view.precision.rawValue)
    digest = hasher.finish()
  }
}
