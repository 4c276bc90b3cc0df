import Files
import Testing

@testable import Upstreams

struct FeatureKeyTests {
  func key(
    upstream: String = String(repeating: "0", count: 64), audio: String = "x",
    chain: String = "plain", start: Int = 0, length: Int = 0,
    view: FeatureView = .whole
  ) -> FeatureKey {
    let hasher = DigestHasher()
    hasher.combine(audio)
    return FeatureKey(
      upstream: upstream, audio: hasher.finish(), chain: chain,
      span: ResolvedSpan(start: start, length: length), view: view)
  }

  /// A change here makes every store in the world worthless: it needs a
  /// reason.
  @Test func doesNotChangeFromVersionToVersion() {
    #expect(
      key().digest.hexadecimal
        == "78520400ebc83e4afaaeede56f7d1d612514e11ad0ece04ae0a9ef4eb2141503")
  }

  @Test func everyFieldCounts() {
    let keys: Set<FeatureKey> = [
      key(), key(upstream: "1"), key(audio: "y"), key(chain: "gain"),
      key(start: 1), key(length: 1),
      key(view: FeatureView(pooling: .meanPooled)),
      key(view: FeatureView(isNormalized: true)),
      key(view: FeatureView(precision: .float16)),
    ]
    #expect(keys.count == 9)
  }
}
