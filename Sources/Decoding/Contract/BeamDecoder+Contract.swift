import Diagnostics
import TaskABI

extension BeamDecoder {
  /// As a task asks for it.
  ///
  /// - Parameter cache: the folder for compiled language models.
  /// - Throws: `UserError` for settings that make no sense, and for files
  ///   that cannot be read or are wrong.
  convenience init(
    contract settings: superb_decoder_settings, cache: String?
  ) throws {
    let options = try DecodingOptions(contract: settings)
    let tokens = try Self.tokens(settings)
    func text(_ pointer: UnsafePointer<CChar>?) -> String? {
      pointer.map { String(cString: $0) }
    }
    func one(
      _ file: String?, _ text: String?, _ what: String
    ) throws {
      guard file == nil || text == nil else {
        throw UserError("\(what) is given twice, as a file and as text")
      }
    }
    let lexiconFile = text(settings.lexicon_file)
    let lexiconLines = text(settings.lexicon_lines)
    let modelFile = text(settings.model_file)
    let sentences = text(settings.model_sentences)
    try one(lexiconFile, lexiconLines, "the lexicon")
    try one(modelFile, sentences, "the language model")
    let lexicon =
      try lexiconFile.map { try Lexicon(path: $0, tokens: tokens) }
      ?? lexiconLines.map {
        try Lexicon(lines: $0, name: "the lexicon's lines", tokens: tokens)
      }
    let model =
      try modelFile.map { try NGramModel.open($0, cache: cache) }
      ?? sentences.map {
        try NGramModel(
          sentences: $0, name: "the language model's sentences",
          order: Int(settings.model_order))
      }
    try self.init(
      tokens: tokens, lexicon: lexicon, model: model, options: options)
  }

  private static func tokens(
    _ settings: superb_decoder_settings
  ) throws -> TokenSet {
    let count = Int(settings.token_count)
    guard let list = settings.tokens, count > 0 else {
      throw UserError("there are no tokens")
    }
    let names = try (0..<count).map { index in
      guard let name = list[index] else {
        throw UserError("the name of token \(index) is null")
      }
      return String(cString: name)
    }
    let (blank, silence) = (Int(settings.blank), Int(settings.silence))
    guard names.indices.contains(blank), names.indices.contains(silence) else {
      throw UserError(
        "the blank \(blank) or the silence \(silence) is none of the "
          + "\(count) tokens")
    }
    return try TokenSet(names, blank: names[blank], silence: names[silence])
  }
}

extension DecodingOptions {
  /// As a task asks for them.
  init(contract settings: superb_decoder_settings) throws {
    self.init()
    let known: UInt32 =
      SUPERB_DECODE_LOG_ADD | SUPERB_DECODE_TOKEN_MODEL
    guard settings.flags & ~known == 0 else {
      throw UserError("there are no flags \(settings.flags & ~known)")
    }
    switch settings.smearing {
    case SUPERB_DECODE_SMEAR_NONE: smearing = .none
    case SUPERB_DECODE_SMEAR_MAX: smearing = .max
    case SUPERB_DECODE_SMEAR_LOGADD: smearing = .logadd
    case let value: throw UserError("there is no smearing \(value)")
    }
    beamSize = Int(settings.beam_size)
    beamSizeToken =
      settings.beam_size_token == 0 ? nil : Int(settings.beam_size_token)
    beamThreshold = settings.beam_threshold
    lmWeight = settings.lm_weight
    wordScore = settings.word_score
    unkScore = settings.unk_score
    silScore = settings.sil_score
    logAdd = settings.flags & SUPERB_DECODE_LOG_ADD != 0
    lmOverTokens = settings.flags & SUPERB_DECODE_TOKEN_MODEL != 0
    try validate()
  }
}
