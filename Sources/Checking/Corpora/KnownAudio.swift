import Diagnostics
import Speech
import Upstreams

/// How long audio is, by the rule of a run: what passes here is heard there.
/// Each file is looked at once.
struct KnownAudio {
  /// The folder of the store, which knows what effects leave of a file.
  private let root: String
  private var store: FeatureStore?
  /// Samples at 16 kHz by path; nil where the file is of no use, which was
  /// said.
  private var lengths: [String: Int?] = [:]

  init(store root: String) { self.root = root }

  /// Samples of the span before its crop; nil for a file of which something
  /// else is wrong that was thrown before.
  ///
  /// - Throws: `UserError` that names the file: it cannot be read, or the
  ///   span does not lie within it.
  mutating func samples(of span: AudioSpan) throws -> Int? {
    if lengths[span.path] == nil {
      lengths[span.path] = .some(nil)
      let info = try AudioFile.info(span.path)
      guard info.samples > 0 else {
        throw UserError("the audio has no samples", at: span.path)
      }
      lengths[span.path] = info.speechSamples
    }
    guard let whole = lengths[span.path] ?? nil else { return nil }
    let isPart = span.start != 0 || span.length != 0
    guard isPart, span.chain.trimsSilence else {
      return try span.length(samples: whole)
    }
    // How much is left without its silence takes decoding.
    let store = try self.store ?? FeatureStore(root: root)
    self.store = store
    return try store.lengths(of: [span], threads: 1)[0]
  }
}

extension AudioSpan {
  /// What is heard of so many samples of it.
  func heard(of samples: Int) -> Int {
    guard let crop, crop.length > 0 else { return samples }
    return min(samples, crop.length)
  }
}
