import Diagnostics
import Foundation
import Speech
import Synchronization

/// One view of one upstream's features of any audio: from the store if they
/// are there, else computed and stored, as far as the store has room.
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
  private let isFull = Atomic<Bool>(false)
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
    var extractor = Extractor(source: self)
    // A block that is damaged is computed again, but not for ever.
    for _ in 0..<3 {
      if let states = try stored(span, extractor) { return states }
      // Missing, or found to be damaged.
      while !hasNoRoom {
        let outcome = try extractor.extract(span)
        if case .stored = outcome { break }
        if case .hasNoRoom = outcome { noteNoRoom() }
        usleep(5_000)
      }
      if hasNoRoom { return try extractor.passing([span])[0] }
    }
    throw UserError(
      "features that were just written are damaged", at: shelf.folder,
      fix: "check the disk, or choose another folder")
  }

  /// The features of some utterances, in their order: as
  /// ``states(for:)-(AudioSpan)`` gives them one by one. What the store has no
  /// room for is computed on ``threads`` threads.
  ///
  /// - Throws: `UserError` that names the audio file.
  package func states(for spans: [AudioSpan]) throws -> [StoredStates] {
    guard hasNoRoom else { return try spans.map { try states(for: $0) } }
    let extractor = Extractor(source: self)
    var found = try spans.map { try stored($0, extractor) }
    // The longest first, as they are where they are stored.
    let missing = try found.indices.filter { found[$0] == nil }
      .map { (place: $0, seconds: try spans[$0].seconds()) }
      .sorted { ($1.seconds, $0.place) < ($0.seconds, $1.place) }
    let passes = checked.passes(
      ofSeconds: missing.map(\.seconds), threads: threads)
    let made = Mutex<[Int: StoredStates]>([:])
    try ParallelWork.run(
      count: passes.count, threads: threads, tick: {},
      isCancelled: { false }, context: { Extractor(source: self) },
      work: { index, extractor in
        let places = missing[passes[index]].map(\.place)
        let states = try extractor.passing(places.map { spans[$0] })
        made.withLock { made in
          for (place, states) in zip(places, states) { made[place] = states }
        }
        return .done
      })
    for (place, states) in made.withLock({ $0 }) { found[place] = states }
    return found.compactMap { $0 }
  }

  /// What is stored of an utterance, if anything is.
  private func stored(
    _ span: AudioSpan, _ extractor: Extractor
  ) throws -> StoredStates? {
    let known = known.withLock { $0[span] }
    if let states = known?.states { return states }
    guard let key = try known?.key ?? extractor.key(of: span),
      try shelf.hold(key), let states = try shelf.states(for: key)
    else { return nil }
    self.known.withLock { $0[span] = Known(key: key, states: states) }
    return states
  }

  /// Whether the store has refused something: from then on, what is not in
  /// it is computed whenever it is asked for.
  var hasNoRoom: Bool { isFull.load(ordering: .relaxed) }

  func noteNoRoom() { isFull.store(true, ordering: .relaxed) }

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
