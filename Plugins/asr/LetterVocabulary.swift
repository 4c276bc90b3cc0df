import TaskKit

/// The 32 symbols of speech recognition: letters, the apostrophe, and "|"
/// behind every word.
struct LetterVocabulary: TranscriptVocabulary {
  /// The start is CTC's blank.
  static let blank = 0
  static let unheard: Set = [blank]
  static let end = 2

  private let symbols = Vocabulary(
    ["<s>", "<pad>", "</s>", "<unk>"]
      + "|ETAONIHSRDLUMCWFGYPBVK'XJQZ".map(String.init))

  var count: Int { symbols.count }

  /// As a decoder takes them.
  var tokens: EmittedTokens {
    EmittedTokens(symbols.symbols, blank: Self.blank, silence: 4)
  }

  /// The numbers of a transcript's letters, in upper case, each word followed
  /// by "|"; then the end's.
  func encode(_ text: String) throws -> [Int] {
    try (text.uppercased() + " ").map { letter in
      let symbol = letter == " " ? "|" : String(letter)
      guard let number = symbols[symbol] else {
        throw TaskError.corruptData(
          "'\(symbol)' in the transcript '\(text)' is not one of the letters "
            + "A … Z and the apostrophe")
      }
      return number
    } + [Self.end]
  }

  /// The symbols joined by spaces, without the start's and the end's.
  func decode(_ labels: [Int]) -> String {
    labels.compactMap {
      $0 == Self.blank || $0 == Self.end ? nil : symbols.symbol($0)
    }.joined(separator: " ")
  }

  /// What a decoder learns from transcripts: their sentences, and their words
  /// letter by letter with "|" behind.
  func training(_ labels: [[Int]]) -> LanguageModelTranscripts.Training {
    let sentences = labels.map { Self.words(decode($0)) }
    let words = Set(sentences.flatMap { $0.split(separator: " ") }).sorted()
    return LanguageModelTranscripts.Training(
      lexicon: words.map { word in
        "\(word)\t\(word.map(String.init).joined(separator: " ")) |\n"
      }.joined(),
      sentences: sentences.map { $0 + "\n" }.joined())
  }

  /// "H I |" -> "HI".
  static func words(_ units: String) -> String {
    units.filter { $0 != " " }
      .split(separator: "|", omittingEmptySubsequences: true)
      .joined(separator: " ")
  }
}
