import Diagnostics
import Foundation
import Speech
import Synchronization

/// One view of one upstream's features of any audio: from the store if they
/// are there, else computed and stored.
///
/// Everything may be called from any thread. The same audio gives the same
/// bits whatever the number of threads and the order of asking.
package final class FeatureSource: Sendable {
  package var upstream: any Upstream { checked.upstream }
  /// The upstream's, read once.
  package var description: UpstreamDescription { checked.description }
  package let view: FeatureView
  /// Utterances that ``prepare(_:progress:isCancelled:)`` computes at a time.
  package let threads: Int

  let checked: CheckedUpstream
  let store: FeatureStore
  let shelf: FeatureShelf
  private let passes = Atomic<Int>(0)
  private let samples = Atomic<Int>(0)
  private let known = Mutex<[AudioSpan: Known]>([:])

  /// What a span was found to be, so that the second epoch asks nobody.
  private struct Known {
    var key: FeatureKey
    var states: StoredStates?
  }

  /// - Throws: `UserError` if the store cannot be written to or read, or if
  ///   the upstream's samples per frame are no whole number.
  package init(
    upstream: any Upstream, store: FeatureStore, view: FeatureView,
    threads: Int
  ) throws {
    checked = try CheckedUpstream(upstream)
    self.store = store
    self.view = view
    self.threads = max(1, threads)
    shelf = try store.shelf(for: checked.description)
  }

  /// How often the upstream was run by this source.
  package var upstreamPasses: Int { passes.load(ordering: .relaxed) }

  /// How many of the spans are silence, of those that were ever read for an
  /// upstream.
  package func silent(of spans: [AudioSpan]) throws -> Int {
    let extractor = Extractor(source: self)
    return try spans.count { try extractor.isSilent($0) }
  }

  /// Seconds of audio that went through the upstream.
  var audioSeconds: Double {
    Double(samples.load(ordering: .relaxed)) / Double(speechSampleRate)
  }

  /// The features of one utterance. Computed on the caller's thread if they
  /// are missing.
  ///
  /// - Throws: `UserError` that names the audio file.
  package func states(for span: AudioSpan) throws -> StoredStates {
    let known = known.withLock { $0[span] }
    if let states = known?.states { return states }
    var extractor = Extractor(source: self)
    // A block that is damaged is computed again, but not for ever.
    for _ in 0..<3 {
      if let key = try known?.key ?? extractor.key(of: span),
        let states = try shelf.states(for: key)
      {
        self.known.withLock { $0[span] = Known(key: key, states: states) }
        return states
      }
      // Missing, or found to be damaged.
      while try extractor.extract(span) == nil { usleep(5_000) }
    }
    throw UserError(
      "features that were just written are damaged", at: shelf.folder,
      fix: "check the disk, or choose another folder")
  }

  /// Whether the utterance's features are in the store, as far as that can be
  /// told without decoding its audio.
  package func hasFeatures(of span: AudioSpan) throws -> Bool {
    guard let key = try Extractor(source: self).key(of: span) else {
      return false
    }
    try shelf.refresh()
    return shelf.contains(key)
  }

  /// The key of a span that was prepared.
  func knownKey(of span: AudioSpan) -> FeatureKey? {
    known.withLock { $0[span]?.key }
  }

  func remember(_ key: FeatureKey, for span: AudioSpan) {
    known.withLock { known in
      if known[span] == nil { known[span] = Known(key: key) }
    }
  }

  /// Runs the upstream on pieces of files.
  func run(
    _ pieces: [(audio: [Float], path: String)]
  ) throws -> [HiddenStates] {
    let states = try checked.hiddenStates(of: pieces)
    for piece in pieces {
      note(samples: description.speechSamples(piece.audio.count))
    }
    return states
  }

  /// Counts a pass of the upstream over so many samples at 16 kHz.
  func note(samples count: Int) {
    passes.add(1, ordering: .relaxed)
    samples.add(count, ordering: .relaxed)
  }
}
