/// What a CTC head hears with a language model's help, beside what it hears
/// alone: the second transcript of each utterance of an evaluation.
///
/// It reads s3prl's `decoder_args`: `decoder_type` (`None` or `kenlm`),
/// `nbest`, `criterion`, `beam`, `beam_threshold`, `kenlm_model`, `lexicon`,
/// `lm_weight`, `word_score`, `unk_weight`, `sil_weight`, and `lm_order`.
/// Without `kenlm_model` the language model is estimated from the training
/// transcripts, and without `lexicon` the words are theirs.
public final class LanguageModelTranscripts {
  /// What is learnt from the training transcripts where files are missing.
  public struct Training {
    /// Lines of a word and its tokens.
    public var lexicon: String
    /// One a line, in the lexicon's words.
    public var sentences: String

    /// Both as ``DecoderSettings`` wants them.
    public init(lexicon: String, sentences: String) {
      self.lexicon = lexicon
      self.sentences = sentences
    }
  }

  private let context: TaskContext
  private var settings: DecoderSettings
  private let training: () throws -> Training
  private var decoder: LanguageModelDecoder?
  private var waiting: (ids: [String], frames: PackedFrames)
  private var heard: [String: [String: [String]]] = [:]

  /// Enough utterances to keep all cores busy.
  private static let portion = 64

  /// Nil if the configuration asks for no language model.
  ///
  /// - Parameters:
  ///   - section: where `decoder_args` lies.
  ///   - training: asked once, if at all, when the first evaluation is near.
  public init?(
    _ section: String, _ tokens: EmittedTokens, _ context: TaskContext,
    training: @escaping () throws -> Training
  ) throws {
    let config = context.config
    let type = try config.choice(
      "\(section).decoder_type", of: ["None", "kenlm"], default: "None")
    if type == "None" {
      // Nothing else of the section counts.
      _ = try config.count(section)
      return nil
    }
    _ = try config.choice("\(section).criterion", of: ["ctc"], default: "ctc")
    _ = try config.integer("\(section).nbest", default: 1, atLeast: 1)
    var settings = DecoderSettings(tokens)
    settings.beamSize = try config.integer(
      "\(section).beam", default: settings.beamSize, atLeast: 1)
    settings.beamThreshold = try config.number(
      "\(section).beam_threshold", default: settings.beamThreshold)
    settings.lmWeight = try config.number(
      "\(section).lm_weight", default: settings.lmWeight)
    settings.wordScore = try config.number(
      "\(section).word_score", default: settings.wordScore)
    settings.silScore = try config.number(
      "\(section).sil_weight", default: settings.silScore)
    settings.unkScore = try Self.unkScore("\(section).unk_weight", config)
    settings.order = try config.integer(
      "\(section).lm_order", default: settings.order, atLeast: 1, atMost: 16)
    settings.model = try config.optionalString("\(section).kenlm_model").map {
      .file($0)
    }
    settings.lexicon = try config.optionalString("\(section).lexicon").map {
      .file($0)
    }
    self.context = context
    self.settings = settings
    self.training = training
    waiting = ([], PackedFrames(dim: tokens.names.count))
  }

  /// As s3prl's files write it: "-math.inf", or a number.
  private static func unkScore(
    _ path: String, _ config: TaskConfiguration
  ) throws -> Double {
    guard config.isText(path) else {
      return try config.number(path, default: -.infinity)
    }
    let text = try config.string(path, default: "-inf")
    guard ["-math.inf", "-inf", "float('-inf')"].contains(text) else {
      throw config.invalid(path, "must be a number or -math.inf")
    }
    return -.infinity
  }

  /// Reads or estimates lexicon and language model, so that what is wrong with
  /// them shows before anything is trained.
  public func prepare() throws {
    if decoder != nil { return }
    var settings = settings
    if settings.model == nil || settings.lexicon == nil {
      let training = try training()
      settings.model = settings.model ?? .text(training.sentences)
      settings.lexicon = settings.lexicon ?? .text(training.lexicon)
    }
    decoder = try context.languageModelDecoder(settings)
  }

  /// Takes the log probabilities [offsets.last, tokens] of a batch. Those of
  /// training are left out.
  public func add(
    _ batch: Batch, _ scores: Tensor, in pass: Pass
  ) throws {
    guard !pass.isTraining, !scores.isNull else { return }
    scores.withValues { values in
      for (start, end) in zip(batch.offsets, batch.offsets.dropFirst()) {
        let width = waiting.frames.dim
        waiting.frames.append(values[Int(start) * width..<Int(end) * width])
      }
    }
    waiting.ids += batch.ids
    if waiting.ids.count >= Self.portion { try decode(pass) }
  }

  /// The words of each utterance of such passes, which are then forgotten; an
  /// utterance of which nothing was left has none.
  public func take(_ pass: Pass) throws -> [String: [String]] {
    if !pass.isTraining { try decode(pass) }
    return heard.removeValue(forKey: pass.key) ?? [:]
  }

  private func decode(_ pass: Pass) throws {
    guard !waiting.ids.isEmpty else { return }
    try prepare()
    let found = try decoder?.transcriptions(of: waiting.frames) ?? []
    for (id, list) in zip(waiting.ids, found) {
      heard[pass.key, default: [:]][id] = list.first?.words ?? []
    }
    waiting.ids = []
    waiting.frames.removeAll()
  }
}
