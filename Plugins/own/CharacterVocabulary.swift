import TaskKit

/// The characters of the training texts, the space among them, behind CTC's
/// blank and a stand-in for what occurs in other splits alone, which is always
/// an error.
struct CharacterVocabulary: TranscriptVocabulary {
  static let blank = 0
  static let unheard: Set = [blank]
  private static let other = 1
  private static let otherSymbol = "\u{fffd}"

  private let symbols: Vocabulary

  init(_ texts: [String]) {
    let characters = Set(texts.flatMap(\.unicodeScalars)).sorted()
    symbols = Vocabulary(
      ["<blank>", Self.otherSymbol] + characters.map { String($0) })
  }

  var count: Int { symbols.count }

  func encode(_ text: String) -> [Int] {
    text.unicodeScalars.map { symbols[String($0)] ?? Self.other }
  }

  func decode(_ labels: [Int]) -> String {
    labels.compactMap { $0 == Self.blank ? nil : symbols.symbol($0) }.joined()
  }
}
