import TaskABI

/// What beam search takes from its user, under flashlight-text's names and with
/// its meaning. The defaults are those of s3prl's speech recognition.
public struct DecoderSettings: Sendable, Equatable {
  /// A file, or the text that would stand in one.
  public enum Source: Sendable, Equatable {
    case file(String)
    case text(String)
  }

  /// The acoustic model's outputs.
  public var tokens: EmittedTokens
  /// Lines of a word and its tokens, spaces between them; nil to allow any
  /// sequence of tokens.
  public var lexicon: Source?
  /// An ARPA file or a compiled model, over words if there is a lexicon, else
  /// over tokens; or the sentences, one a line, to estimate one from.
  public var model: Source?
  /// How long the n-grams are that are estimated from sentences.
  public var order = 4
  /// Hypotheses that are kept in each frame.
  public var beamSize = 5
  /// Tokens that are tried in each frame, the likeliest; nil for all.
  public var beamSizeToken: Int?
  /// How much worse than a frame's best a hypothesis may be.
  public var beamThreshold = 25.0
  /// Times the language model's log₁₀.
  public var lmWeight = 2.0
  /// Added for each word.
  public var wordScore = -1.0
  /// Added for each unknown word; −∞ forbids them.
  public var unkScore = -Double.infinity
  /// Added for each frame of silence.
  public var silScore = 0.0
  /// Hypotheses that meet add their probabilities; else the better one stands
  /// for both.
  public var logAdd = false

  /// Without a lexicon and a language model.
  public init(_ tokens: EmittedTokens) { self.tokens = tokens }

  /// As the contract wants them, borrowed for the call.
  func withTable<Result>(
    _ body: (UnsafePointer<superb_decoder_settings>) -> Result
  ) -> Result {
    let memory = CrossingMemory()
    var table = superb_decoder_settings()
    table.struct_size = sizeField(of: superb_decoder_settings.self)
    table.flags = logAdd ? 1 : 0  // SUPERB_DECODE_LOG_ADD, which is a cast
    table.tokens = memory.list(
      tokens.names.map { Optional(memory.text($0)) })
    table.token_count = UInt32(clamping: tokens.names.count)
    table.blank = Int32(clamping: tokens.blank)
    table.silence = Int32(clamping: tokens.silence)
    table.smearing = 1  // SUPERB_DECODE_SMEAR_MAX, likewise
    switch lexicon {
    case .file(let path): table.lexicon_file = memory.text(path)
    case .text(let lines): table.lexicon_lines = memory.text(lines)
    case nil: break
    }
    switch model {
    case .file(let path): table.model_file = memory.text(path)
    case .text(let lines): table.model_sentences = memory.text(lines)
    case nil: break
    }
    table.model_order = Int64(order)
    table.beam_size = Int64(beamSize)
    table.beam_size_token = Int64(beamSizeToken ?? 0)
    table.beam_threshold = beamThreshold
    table.lm_weight = lmWeight
    table.word_score = wordScore
    table.unk_score = unkScore
    table.sil_score = silScore
    return withExtendedLifetime(memory) { body(&table) }
  }
}
