import Diagnostics

/// Everything that a search needs besides an utterance: tokens, lexicon,
/// language model, options. Immutable, shared by all threads.
package final class BeamDecoder: @unchecked Sendable {
  package let tokens: TokenSet
  package let lexicon: Lexicon?
  package let model: NGramModel?
  package let options: DecodingOptions
  /// Words of the lexicon that the model does not know; `<unk>`'s score is
  /// theirs.
  package let outOfModel: Int
  let trie: LexiconTrie?
  /// The labels that the language model scores: words or tokens.
  let labels: [String]
  let unknownWord: Int
  let largestScore: Double
  /// Whether ``largestScore`` bounds what the model adds.
  let hasBound: Bool
  /// Scores of one token after another, [to, from]; empty without.
  private let transitions: [Float]

  /// - Parameters:
  ///   - lexicon: nil to allow any sequence of tokens.
  ///   - model: over words if there is a lexicon, else over tokens; nil for
  ///     none.
  ///   - transitions: for the ASG criterion, [tokens, tokens]: the score of
  ///     going to the first from the second.
  /// - Throws: `UserError` for options that make no sense.
  package init(
    tokens: TokenSet, lexicon: Lexicon?, model: NGramModel?,
    options: DecodingOptions, transitions: [Float] = []
  ) throws {
    try options.validate()
    guard
      options.criterion == .asg
        ? transitions.count == tokens.count * tokens.count
        : transitions.isEmpty
    else {
      throw UserError(
        "the ASG criterion, and no other, takes scores for pairs of tokens",
        at: "--transitions")
    }
    self.tokens = tokens
    self.lexicon = lexicon
    self.model = model
    self.options = options
    self.transitions = transitions
    labels =
      options.lmOverTokens ? tokens.names : lexicon?.words ?? tokens.names
    unknownWord = lexicon?.unknown ?? -1
    largestScore = Double(model?.largestScore ?? 0)
    hasBound = options.lmWeight >= 0 && model != nil
    if let lexicon {
      let scores = lexicon.words.map { word -> Float in
        guard let model, !options.lmOverTokens else { return 0 }
        return model.score(model.start, model.index(of: word)).score
      }
      outOfModel =
        model == nil || options.lmOverTokens
        ? 0
        : lexicon.words.count {
          $0 != "<unk>" && model?.index(of: $0) == NGramModel.unknown
        }
      trie = LexiconTrie(lexicon, scores: scores, smearing: options.smearing)
    } else {
      outOfModel = 0
      trie = nil
    }
  }

  /// The same lexicon and model with other options, which must agree in
  /// smearing, criterion and what the model is over.
  ///
  /// - Throws: `UserError` for options that make no sense.
  package func with(_ options: DecodingOptions) throws -> BeamDecoder {
    try BeamDecoder(self, options)
  }

  private init(_ other: BeamDecoder, _ options: DecodingOptions) throws {
    try options.validate()
    guard options.smearing == other.options.smearing,
      options.criterion == other.options.criterion,
      options.lmOverTokens == other.options.lmOverTokens
    else { throw InternalError("a decoder's trie cannot be shared so") }
    tokens = other.tokens
    lexicon = other.lexicon
    model = other.model
    self.options = options
    outOfModel = other.outOfModel
    trie = other.trie
    labels = other.labels
    unknownWord = other.unknownWord
    largestScore = other.largestScore
    hasBound = options.lmWeight >= 0 && model != nil
    transitions = other.transitions
  }

  /// What the lexicon has and the search will not find as it stands there.
  package var remarks: [String] {
    var remarks: [String] = []
    if outOfModel > 0 {
      remarks.append(
        "\(outOfModel) of the lexicon's words are unknown to the language "
          + "model and score as <unk>")
    }
    if let omitted = trie?.omitted, omitted > 0 {
      remarks.append(
        "\(omitted) spellings are left out: more than six words are spelled "
          + "so")
    }
    return remarks
  }

  /// What the acoustic model gives a token in a frame.
  @inline(__always)
  func acoustic(
    _ row: UnsafePointer<Float>, token: Int32, after previous: Int32,
    isFirst: Bool
  ) -> Double {
    let score = Double(row[Int(token)])
    if transitions.isEmpty || isFirst { return score }
    return score
      + Double(transitions[Int(token) * tokens.count + Int(previous)])
  }
}
