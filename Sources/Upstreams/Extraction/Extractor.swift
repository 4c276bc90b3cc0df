import Diagnostics
import Files
import Speech

/// Computes and stores missing features, for one thread.
struct Extractor {
  private let source: FeatureSource
  private var reader: AudioReader
  private var claims: Claims?
  /// The states of the last file, if the upstream has them by file.
  private var file: (path: String, states: HiddenStates)?

  init(source: FeatureSource) {
    self.source = source
    reader = AudioReader(rate: source.description.rate)
  }

  /// The span's key, if it can be told without reading the audio.
  func key(of span: AudioSpan) throws -> FeatureKey? {
    try key(of: span, view: source.view)
  }

  /// A span that is ours to compute.
  private struct Claimed {
    var index: Int
    var span: AudioSpan
    var key: FeatureKey
    var claim: Claims.Claim
  }

  /// What has become of a span's features.
  enum Outcome {
    case stored(FeatureKey)
    /// Somebody else is computing something now that may be this.
    case isElsewhere
    /// They were computed, and the store has no room for them.
    case hasNoRoom
  }

  /// Makes sure that the span's features are in the store, if it has room.
  mutating func extract(_ span: AudioSpan) throws -> Outcome {
    try extract([span])[0]
  }

  /// Makes sure that the spans' features are in the store, if it has room.
  /// What is missing goes through the upstream together if it gains by that.
  mutating func extract(_ spans: [AudioSpan]) throws -> [Outcome] {
    var outcomes = [Outcome](repeating: .isElsewhere, count: spans.count)
    var missing: [Claimed] = []
    defer { for one in missing { claims?.release(one.claim) } }
    for (index, span) in spans.enumerated() {
      let key = try keyFromAudio(of: span)
      if try source.shelf.hold(key) {
        outcomes[index] = .stored(key)
        continue
      }
      let claims = try self.claims ?? Claims(folder: source.shelf.folder)
      self.claims = claims
      // A stripe is claimed and released once.
      let stripe = Claims.stripe(of: key)
      if missing.contains(where: { $0.claim.stripe == stripe }) { continue }
      guard let claim = try claims.claim(key) else { continue }
      missing.append(
        Claimed(index: index, span: span, key: key, claim: claim))
      try source.shelf.catchUp(
        stripe: claim.stripe, generation: claim.generation)
      if try source.shelf.hold(key) {
        outcomes[index] = .stored(key)
        claims.release(claim)
        missing.removeLast()
      }
    }
    let began = ContinuousClock.now
    let computed = try compute(missing.map(\.span))
    let allSamples = computed.reduce(0) { $0 + $1.1 }
    let pace = began.secondsUntilNow / Double(max(1, allSamples))
    for (one, (states, samples)) in zip(missing, computed) {
      let isStored = try store(
        states, samples: samples, seconds: pace * Double(samples), of: one)
      outcomes[one.index] = isStored ? .stored(one.key) : .hasNoRoom
    }
    return outcomes
  }

  /// Whether there was room for it.
  private func store(
    _ states: HiddenStates, samples: Int, seconds: Double, of one: Claimed
  ) throws -> Bool {
    let isStored = try UserError.placing(one.span.path) {
      try source.shelf.append(
        source.view.apply(to: states), samples: samples,
        precision: source.view.precision, seconds: seconds, for: one.key)
    }
    if isStored, let generation = try claims?.raise(one.claim) {
      source.shelf.didRaise(stripe: one.claim.stripe, to: generation)
    }
    return isStored
  }

  /// The spans' features as they would be stored, and nothing is.
  mutating func passing(_ spans: [AudioSpan]) throws -> [StoredStates] {
    try zip(spans, try compute(spans)).map { span, computed in
      try UserError.placing(span.path) {
        try StoredStates(
          source.view.apply(to: computed.0), samples: computed.1,
          precision: source.view.precision)
      }
    }
  }

  private mutating func keyFromAudio(of span: AudioSpan) throws -> FeatureKey {
    if let key = try key(of: span) { return key }
    source.store.audio.note(
      length: try reader.length(span.path, span.chain),
      of: try source.store.audio.digest(ofFile: span.path),
      chain: span.chain.identifier)
    guard let key = try key(of: span) else {
      throw InternalError("an audio's length was noted and is not known")
    }
    return key
  }

  private func key(of span: AudioSpan, view: FeatureView) throws
    -> FeatureKey?
  {
    let audio = try source.store.audio.digest(ofFile: span.path)
    guard let resolved = try resolved(span, audio: audio) else { return nil }
    return FeatureKey(
      upstream: source.description.digest,
      audio: try source.checked.identity(of: span) ?? audio,
      chain: span.chain.identifier, span: resolved, view: view)
  }

  private func resolved(_ span: AudioSpan, audio: ContentDigest) throws
    -> ResolvedSpan?
  {
    if span.crop == nil {
      return ResolvedSpan(start: span.start, length: span.length)
    }
    let count = source.store.audio.length(
      of: audio, chain: span.chain.identifier)
    return try count.map { try span.resolved(samples: $0) }
  }

  /// All hidden states of each span and its length in samples at 16 kHz.
  private mutating func compute(_ spans: [AudioSpan]) throws
    -> [(HiddenStates, Int)]
  {
    var found = try spans.map { try known($0) }
    let missing = found.indices.filter { found[$0] == nil }
    let pieces = try missing.map {
      (audio: try reader.read(spans[$0]), path: spans[$0].path)
    }
    for (index, (states, piece)) in zip(
      missing, zip(try source.run(pieces), pieces))
    {
      found[index] = (
        states, source.description.speechSamples(piece.audio.count)
      )
      if Self.isSilent(piece.audio) { try noteSilence(of: spans[index]) }
    }
    return found.compactMap { $0 }
  }

  /// Whether no sample would be heard of 16 bits.
  private static func isSilent(_ audio: [Float]) -> Bool {
    audio.allSatisfy { abs($0) < 1 / 32_768 }
  }

  private func noteSilence(of span: AudioSpan) throws {
    let audio = try source.store.audio.digest(ofFile: span.path)
    guard let part = try resolved(span, audio: audio) else { return }
    source.store.audio.noteSilence(
      part, of: audio, chain: span.chain.identifier)
  }

  /// Whether the span was found to be silence when it was read.
  func isSilent(_ span: AudioSpan) throws -> Bool {
    let audio = try source.store.audio.digest(ofFile: span.path)
    guard let part = try resolved(span, audio: audio) else { return false }
    return source.store.audio.isSilent(
      part, of: audio, chain: span.chain.identifier)
  }

  /// What need not be run through the upstream.
  private mutating func known(_ span: AudioSpan) throws
    -> (HiddenStates, Int)?
  {
    // Another task may have stored what this view is computed from.
    if source.view != .whole, let whole = try key(of: span, view: .whole),
      let stored = try source.shelf.states(for: whole)
    {
      let states = HiddenStates(
        layers: stored.layers, frames: stored.frames,
        dimension: stored.dimension, values: stored.floats())
      return (states, stored.samples)
    }
    if let files = source.upstream as? any FileUpstream {
      return try cut(span, from: files)
    }
    return nil
  }

  /// A span's part of the states of its file.
  private mutating func cut(
    _ span: AudioSpan, from files: any FileUpstream
  ) throws -> (HiddenStates, Int) {
    let known = source.store.audio.length(
      of: try source.store.audio.digest(ofFile: span.path),
      chain: span.chain.identifier)
    let count = try known ?? reader.length(span.path, span.chain)
    let range = try span.range(samples: count)
    if file?.path != span.path {
      file = nil
      let whole = try source.checked.hiddenStates(
        ofFile: span.path, samples: count, from: files)
      file = (span.path, whole)
    }
    guard let file else {
      throw InternalError("the file's states were read and are gone")
    }
    source.note(samples: range.count)
    return (
      try source.checked.part(range, of: file.states, path: span.path),
      range.count
    )
  }
}
