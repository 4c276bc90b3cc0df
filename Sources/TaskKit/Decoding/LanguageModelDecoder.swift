import TaskABI

/// The host's beam search, "superb.decode/1": a CTC model's outputs, a lexicon
/// and an n-gram language model, on all cores.
///
/// What is said of an utterance depends on its frames and the settings alone.
public final class LanguageModelDecoder {
  /// What there is of a word that has been heard, best first.
  public struct Transcription: Sendable, Equatable {
    /// Those of the lexicon.
    public var words: [String]
    /// With repeats joined and blanks removed.
    public var tokens: [String]
    /// Higher is better.
    public var score: Double
  }

  private let api: UnsafePointer<superb_decode_api>
  private let decoder: OpaquePointer
  private let width: Int

  init(
    _ settings: DecoderSettings, _ host: UnsafePointer<superb_host>
  ) throws {
    guard
      let table = host.pointee.get_extension?(host, SUPERB_DECODE_EXTENSION)
    else {
      throw TaskError(
        .unsupported,
        "this host does not offer '\(SUPERB_DECODE_EXTENSION)'. Update superb.")
    }
    let api = table.assumingMemoryBound(to: superb_decode_api.self)
    var made: OpaquePointer?
    let status = settings.withTable { api.pointee.create?(host, $0, &made) }
    if let status = TaskError.Status(rawValue: status ?? SUPERB_UNSUPPORTED) {
      throw TaskError(status, "the decoder could not be made")
    }
    guard let made else {
      throw TaskError(.internal, "the host made no decoder")
    }
    self.api = api
    decoder = made
    width = settings.tokens.names.count
  }

  deinit { api.pointee.destroy?(decoder) }

  /// Decodes utterances whose frames are log probabilities of the tokens.
  ///
  /// - Parameter count: transcriptions of each at most.
  /// - Returns: those of each, best first; none if its beam ran empty.
  /// - Throws: `TaskError` for numbers that are not finite and for a host that
  ///   wants to stop.
  public func transcriptions(
    of utterances: PackedFrames, best count: Int = 1
  ) throws -> [[Transcription]] {
    guard utterances.dim == width else {
      throw TaskError(
        .internal,
        "frames of \(utterances.dim) numbers for \(width) tokens")
    }
    let found = Found(utterances.count)
    var sink = superb_hypotheses()
    sink.struct_size = sizeField(of: superb_hypotheses.self)
    sink.context = Unmanaged.passUnretained(found).toOpaque()
    sink.take = { me, utterance, hypothesis in
      guard let context = me?.pointee.context, let one = hypothesis?.pointee
      else { return }
      Unmanaged<Found>.fromOpaque(context).takeUnretainedValue()
        .take(Int(utterance), one)
    }
    let offsets = utterances.offsets.map(Int64.init)
    let status = utterances.values.withUnsafeBufferPointer { values in
      api.pointee.decode?(
        decoder, values.baseAddress, offsets, Int64(utterances.count),
        Int64(count), &sink)
    }
    if let status = TaskError.Status(rawValue: status ?? SUPERB_UNSUPPORTED) {
      throw TaskError(status, "the utterances could not be decoded")
    }
    return withExtendedLifetime(found) { found.lists }
  }

  /// Receives what one call finds.
  private final class Found {
    private(set) var lists: [[Transcription]]

    init(_ count: Int) { lists = Array(repeating: [], count: count) }

    func take(_ utterance: Int, _ one: superb_hypothesis) {
      guard lists.indices.contains(utterance) else { return }
      lists[utterance].append(
        Transcription(
          words: Self.parts(one.words), tokens: Self.parts(one.tokens),
          score: one.score))
    }

    private static func parts(_ text: UnsafePointer<CChar>?) -> [String] {
      text.map { String(cString: $0).split(separator: " ").map(String.init) }
        ?? []
    }
  }
}

extension TaskContext {
  /// The host's beam search with these settings.
  ///
  /// - Throws: `TaskError` if the host does not offer it, and for files that
  ///   cannot be read or are wrong.
  public func languageModelDecoder(
    _ settings: DecoderSettings
  ) throws -> LanguageModelDecoder {
    try LanguageModelDecoder(settings, host)
  }
}
