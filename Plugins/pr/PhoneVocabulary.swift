import TaskKit

/// The 74 symbols of phoneme recognition and how phones become numbers.
struct PhoneVocabulary: TranscriptVocabulary {
  /// Padding is CTC's blank.
  static let blank = 0
  static let unheard: Set = [blank, end]
  static let end = 1
  static let unknown = 2

  /// The vowels of ARPAbet, each without stress, with the main one and with
  /// a secondary one.
  private static let vowels = [
    "AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW",
    "OY", "UH", "UW",
  ]
  private static let consonants = [
    "B", "CH", "D", "DH", "F", "G", "HH", "JH", "K", "L", "M", "N", "NG", "P",
    "R", "S", "SH", "T", "TH", "V", "W", "Y", "Z", "ZH",
  ]

  private let symbols = Vocabulary(
    ["<pad>", "<eos>", "<unk>", "SIL", "SPN"]
      + (Self.consonants
      + Self.vowels.flatMap { vowel in (0...2).map { "\(vowel)\($0)" } })
      .sorted())

  var count: Int { symbols.count }

  /// As a decoder takes them.
  var tokens: EmittedTokens {
    EmittedTokens(
      symbols.symbols, blank: Self.blank, silence: Self.unknown + 1)
  }

  /// False for the three symbols that are no phones.
  func isPhone(_ text: String) -> Bool {
    symbols[text].map { $0 > Self.unknown } ?? false
  }

  /// The phones' numbers, then the end's.
  func encode(_ phones: [String]) -> [Int] {
    phones.map { symbols[$0] ?? Self.unknown } + [Self.end]
  }

  /// What a decoder learns from transcripts: their phones with the end, and
  /// each as a word that is spelled by itself.
  func training(_ labels: [[Int]]) -> LanguageModelTranscripts.Training {
    LanguageModelTranscripts.Training(
      lexicon: symbols.symbols.dropFirst().filter { $0 != "<unk>" }
        .map { "\($0)\t\($0)\n" }.joined(),
      sentences: labels.map { sentence in
        sentence.compactMap(symbols.symbol).joined(separator: " ") + "\n"
      }.joined())
  }

  /// What a decoder has heard, up to the first end.
  func text(of heard: [String]) -> String {
    heard.prefix { $0 != symbols.symbol(Self.end) }.joined(separator: " ")
  }

  /// Phones joined by spaces, up to the first end, without padding.
  func decode(_ labels: [Int]) -> String {
    labels.prefix { $0 != Self.end }
      .compactMap { $0 == Self.blank ? nil : symbols.symbol($0) }
      .joined(separator: " ")
  }
}
