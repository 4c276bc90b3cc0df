import Diagnostics
import Speech

/// Computes and stores missing features, one utterance at a time, for one
/// thread.
struct Extractor {
  private let source: FeatureSource
  private var reader = AudioReader()
  private var claims: Claims?
  /// The states of the last file, if the upstream has them by file.
  private var file: (path: String, states: HiddenStates)?

  init(source: FeatureSource) {
    self.source = source
  }

  /// The span's key, if it can be told without reading the audio.
  func key(of span: AudioSpan) throws -> FeatureKey? {
    try key(of: span, view: source.view)
  }

  /// Makes sure that the span's features are in the store.
  ///
  /// - Returns: their key, or nil if somebody else is computing something
  ///   now that may be this.
  mutating func extract(_ span: AudioSpan) throws -> FeatureKey? {
    let key = try keyFromAudio(of: span)
    if source.shelf.contains(key) { return key }
    let claims = try self.claims ?? Claims(folder: source.shelf.folder)
    self.claims = claims
    guard let claim = try claims.claim(key) else { return nil }
    defer { claims.release(claim) }
    try source.shelf.catchUp(
      stripe: claim.stripe, generation: claim.generation)
    if source.shelf.contains(key) { return key }
    let (states, samples) = try compute(span)
    do {
      try source.shelf.append(
        source.view.apply(to: states), samples: samples,
        precision: source.view.precision, for: key)
    } catch let error as UserError where error.location == nil {
      throw UserError(error.what, at: span.path, fix: error.fix)
    }
    if let generation = try claims.raise(claim) {
      source.shelf.didRaise(stripe: claim.stripe, to: generation)
    }
    return key
  }

  private mutating func keyFromAudio(of span: AudioSpan) throws -> FeatureKey {
    if let key = try key(of: span) { return key }
    let audio = try reader.read(span.path, span.chain)
    source.store.audio.note(
      length: audio.count, of: try source.store.audio.digest(ofFile: span.path),
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
    if let resolved = span.resolvedWithoutAudio { return resolved }
    let count = source.store.audio.length(
      of: audio, chain: span.chain.identifier)
    return try count.map { try span.resolved(samples: $0) }
  }

  /// All hidden states of a span and its length in samples.
  private mutating func compute(_ span: AudioSpan) throws
    -> (HiddenStates, Int)
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
    let piece = try reader.read(span)
    return (try source.run(piece, path: span.path), piece.count)
  }

  /// A span's part of the states of its file.
  private mutating func cut(
    _ span: AudioSpan, from files: any FileUpstream
  ) throws -> (HiddenStates, Int) {
    let known = source.store.audio.length(
      of: try source.store.audio.digest(ofFile: span.path),
      chain: span.chain.identifier)
    let count = try known ?? reader.read(span.path, span.chain).count
    let range = try span.resolved(samples: count)
      .range(samples: count, path: span.path)
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
