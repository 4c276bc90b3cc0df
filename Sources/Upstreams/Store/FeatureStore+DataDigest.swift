import Foundation
import Synchronization

extension FeatureStore {
  /// SHA-256 over what these utterances are, hexadecimal: the contents of
  /// their audio files, effects, spans and crops, in no order. The places of
  /// the files are not among it.
  public func dataDigest(
    of spans: [AudioSpan], threads: Int
  ) throws -> String {
    let digests = Mutex<[String: ContentDigest]>([:])
    let paths = Array(Set(spans.map(\.path)))
    try ParallelWork.run(
      count: paths.count, threads: threads, tick: {}, isCancelled: { false },
      context: {},
      work: { index, _ in
        let digest = try self.audio.digest(ofFile: paths[index])
        digests.withLock { $0[paths[index]] = digest }
        return .done
      })
    let known = digests.withLock { $0 }
    let parts = spans.compactMap { span in
      known[span.path].map { span.identity(audio: $0) }
    }
    let hasher = DigestHasher()
    hasher.combine("superb.data/1")
    for part in parts.sorted() { hasher.combine(part) }
    return hasher.finish().hexadecimal
  }
}

extension AudioSpan {
  /// What the span is, whatever its file is called.
  fileprivate func identity(audio: ContentDigest) -> ContentDigest {
    let hasher = DigestHasher()
    hasher.combine(audio)
    hasher.combine(chain.identifier)
    hasher.combine(start)
    hasher.combine(length)
    if let crop {
      hasher.combine(crop.length)
      hasher.combine(crop.variant)
      hasher.combine(String(crop.seed))
      hasher.combine(crop.item)
    }
    return hasher.finish()
  }
}
