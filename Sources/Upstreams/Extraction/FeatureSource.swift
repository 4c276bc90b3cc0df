import Diagnostics
import Foundation
import Speech
import Synchronization

/// One view of one upstream's features of any audio: from the store if they
/// are there, else computed and stored.
///
/// Everything may be called from any thread. The same audio gives the same
/// bits whatever the number of threads and the order of asking.
public final class FeatureSource: Sendable {
  public let upstream: any Upstream
  /// The upstream's, read once.
  public let description: UpstreamDescription
  public let view: FeatureView
  /// Utterances that ``prepare(_:progress:isCancelled:)`` computes at a time.
  public let threads: Int

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
  public init(
    upstream: any Upstream, store: FeatureStore, view: FeatureView,
    threads: Int
  ) throws {
    self.upstream = upstream
    self.store = store
    self.view = view
    self.threads = max(1, threads)
    description = upstream.description
    let rate = description.samplesPerFrame
    guard rate >= 1, rate <= 1e9, rate == rate.rounded() else {
      throw UserError(
        "the upstream '\(description.name)' has \(rate) samples a frame, which "
          + "is no whole number")
    }
    shelf = try store.shelf(for: description)
  }

  /// How often the upstream was run by this source.
  public var upstreamPasses: Int { passes.load(ordering: .relaxed) }

  /// Seconds of audio that went through the upstream.
  var audioSeconds: Double {
    Double(samples.load(ordering: .relaxed)) / Double(speechSampleRate)
  }

  /// The features of one utterance. Computed on the caller's thread if they
  /// are missing.
  ///
  /// - Throws: `UserError` that names the audio file.
  public func states(for span: AudioSpan) throws -> StoredStates {
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
  public func hasFeatures(of span: AudioSpan) throws -> Bool {
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

  /// Runs the upstream and checks what it says.
  func run(_ audio: [Float], path: String) throws -> HiddenStates {
    var states: HiddenStates
    do {
      states = try upstream.hiddenStates(of: audio)
    } catch let error as UserError {
      throw UserError(error.what, at: error.location ?? path, fix: error.fix)
    }
    passes.add(1, ordering: .relaxed)
    samples.add(audio.count, ordering: .relaxed)
    let kept = keptFrames(audio.count)
    // Some front ends leave out digital silence at the end.
    let heard = audio.lastIndex { $0 != 0 }.map { $0 + 1 } ?? audio.count
    try check(states, expected: keptFrames(heard)...kept, path: path)
    states = states.prefix(frames: kept)
    guard states.frames > 0 else {
      throw UserError(
        "\(audio.count) samples at 16 kHz are too few for one frame of "
          + "'\(description.name)'",
        at: path, fix: "leave the utterance out of the corpus")
    }
    return states
  }

  private func keptFrames(_ samples: Int) -> Int {
    FrameAlignment.keptFrames(
      samples: samples, samplesPerFrame: Int(description.samplesPerFrame))
  }

  private func check(
    _ states: HiddenStates, expected: ClosedRange<Int>, path: String
  ) throws {
    let name = description.name
    let fix = "the upstream, not the audio, is to be mended"
    let count = states.layers * states.frames * states.dimension
    guard states.layers == description.layers,
      states.dimension == description.dimension, states.values.count == count
    else {
      throw UserError(
        "'\(name)' gave \(states.values.count) values as [\(states.layers), "
          + "\(states.frames), \(states.dimension)], but promises "
          + "\(description.layers) layers of \(description.dimension)",
        at: path, fix: fix)
    }
    // As s3prl's featurizer tolerates.
    guard states.frames > expected.lowerBound - 5,
      states.frames < expected.upperBound + 5
    else {
      throw UserError(
        "'\(name)' gave \(states.frames) frames where "
          + "\(expected.upperBound) follow from its rate",
        at: path, fix: fix)
    }
    guard states.isFinite else {
      throw UserError(
        "'\(name)' gave values that are not finite", at: path, fix: fix)
    }
  }
}
