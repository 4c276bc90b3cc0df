import Diagnostics
import Files
import Models
import Speech

/// An upstream each of whose answers is held against what it promises.
struct CheckedUpstream: Sendable {
  let upstream: any Upstream
  /// The upstream's, read once.
  let description: UpstreamDescription
  /// Samples from one frame to the next, at the rate that it hears.
  private let heardPerFrame: Int

  /// - Throws: `UserError` if the upstream's samples per frame are no whole
  ///   number.
  init(_ upstream: any Upstream) throws {
    self.upstream = upstream
    description = upstream.description
    guard let heardPerFrame = description.heardPerFrame else {
      throw UserError(
        "the upstream '\(description.name)' has \(description.samplesPerFrame) "
          + "samples a frame, which is no whole number")
    }
    self.heardPerFrame = heardPerFrame
  }

  /// The states of a piece of audio, cut to the frames that count.
  ///
  /// Audio that is too short for the upstream is heard with zeros behind it,
  /// as many as make up one frame: s3prl pads to the longest of a batch.
  ///
  /// - Parameter path: the audio's, for errors.
  func hiddenStates(of audio: [Float], path: String) throws -> HiddenStates {
    do {
      return try checked(
        try UserError.placing(path) { try upstream.hiddenStates(of: audio) },
        of: audio, path: path)
    } catch let error as UserError {
      let padded = audio.padded(
        to: description.heard(description.receptiveField ?? 0))
      guard padded.count > audio.count else { throw error }
      return try checked(
        try UserError.placing(path) { try upstream.hiddenStates(of: padded) },
        of: padded, path: path)
    }
  }

  /// The states of several pieces, in one pass if the upstream gains by it.
  ///
  /// - Throws: what is wrong with the first piece that has something wrong.
  func hiddenStates(
    of pieces: [(audio: [Float], path: String)]
  ) throws -> [HiddenStates] {
    guard pieces.count > 1, let group = upstream as? any GroupUpstream,
      let states = try? group.hiddenStates(ofEach: pieces.map(\.audio)),
      states.count == pieces.count
    else {
      return try pieces.map { try hiddenStates(of: $0.audio, path: $0.path) }
    }
    return try zip(states, pieces).map { states, piece in
      try checked(states, of: piece.audio, path: piece.path)
    }
  }

  /// Utterances of these lengths in the passes that the upstream takes them
  /// in.
  func passes(
    ofSeconds seconds: [Double], threads: Int
  ) -> [Range<Int>] {
    upstream is any GroupUpstream
      ? UtteranceGroups.ranges(ofSeconds: seconds, threads: threads)
      : seconds.indices.map { $0..<$0 + 1 }
  }

  /// The states of a file of `count` samples at 16 kHz, which the upstream has had all
  /// along.
  func hiddenStates(
    ofFile path: String, samples count: Int, from files: any FileUpstream
  ) throws -> HiddenStates {
    let states = try UserError.placing(path) {
      try files.hiddenStates(ofFile: path)
    }
    let heard = description.heard(count)
    return try checked(states, samples: heard...heard, path: path)
  }

  /// What tells this span's file from any other; nil if that is its samples.
  ///
  /// - Throws: `UserError` if the upstream has states by file, and none of
  ///   this one with these effects.
  func identity(of span: AudioSpan) throws -> ContentDigest? {
    guard let files = upstream as? any FileUpstream else { return nil }
    guard span.chain.identifier.isEmpty else {
      throw UserError(
        "the task changes the audio (\(span.chain.identifier)) before the "
          + "upstream hears it, which features extracted beforehand cannot "
          + "know", at: span.path,
        fix: "use an upstream that runs for this task")
    }
    return try files.identity(ofFile: span.path)
  }

  /// The frames of these 16 kHz samples, of a whole file's: from the frame that
  /// is nearest to the first sample on.
  func part(
    _ range: Range<Int>, of whole: HiddenStates, path: String
  ) throws -> HiddenStates {
    let first = keptFrames(description.heard(range.lowerBound))
    let count = keptFrames(description.heard(range.count))
    let part = whole[frames: first..<first + count]
    try checkFrames(part, expected: count...count, path: path)
    return try nonempty(part, samples: range.count, path: path)
  }

  private func checked(
    _ states: HiddenStates, of audio: [Float], path: String
  ) throws -> HiddenStates {
    // Some front ends leave out digital silence at the end.
    let heard = audio.lastIndex { $0 != 0 }.map { $0 + 1 } ?? audio.count
    return try checked(states, samples: heard...audio.count, path: path)
  }

  private func checked(
    _ states: HiddenStates, samples: ClosedRange<Int>, path: String
  ) throws -> HiddenStates {
    try checkShape(states, path: path)
    let kept = keptFrames(samples.upperBound)
    try checkFrames(
      states, expected: keptFrames(samples.lowerBound)...kept, path: path)
    guard states.isFinite else {
      throw UserError(
        "'\(description.name)' gave values that are not finite", at: path,
        fix: blame)
    }
    return try nonempty(
      states.prefix(frames: kept), samples: samples.upperBound, path: path)
  }

  private func checkShape(_ states: HiddenStates, path: String) throws {
    let count = states.layers * states.frames * states.dimension
    guard states.layers == description.layers,
      states.dimension == description.dimension, states.values.count == count
    else {
      throw UserError(
        "'\(description.name)' gave \(states.values.count) values as "
          + "[\(states.layers), \(states.frames), \(states.dimension)], but "
          + "promises \(description.layers) layers of \(description.dimension)",
        at: path, fix: blame)
    }
  }

  /// As s3prl's featurizer tolerates.
  private func checkFrames(
    _ states: HiddenStates, expected: ClosedRange<Int>, path: String
  ) throws {
    guard states.frames > expected.lowerBound - 5,
      states.frames < expected.upperBound + 5
    else {
      throw UserError(
        "'\(description.name)' gave \(states.frames) frames where "
          + "\(expected.upperBound) follow from its rate of "
          + "\(heardPerFrame) samples a frame",
        at: path, fix: blame)
    }
  }

  private func nonempty(
    _ states: HiddenStates, samples: Int, path: String
  ) throws -> HiddenStates {
    if states.frames > 0 { return states }
    throw UserError(
      "\(samples) samples at \(description.rate / 1000) kHz are too few for one frame of "
        + "'\(description.name)'",
      at: path, fix: "leave the utterance out of the corpus")
  }

  private var blame: String { "the upstream, not the audio, is to be mended" }

  private func keptFrames(_ samples: Int) -> Int {
    FrameAlignment.keptFrames(
      samples: samples, samplesPerFrame: heardPerFrame)
  }
}
