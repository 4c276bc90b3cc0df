import TaskKit

/// How words are pronounced, from files of lines "WORD PH PH …", whatever
/// white space stands between.
struct PronunciationLexicon {
  private var phones: [Substring: Substring] = [:]
  private let files: [String]

  /// Reads the files in order: of several pronunciations of a word, the first
  /// counts.
  init(_ files: [TextFile], _ vocabulary: PhoneVocabulary) throws {
    self.files = files.map(\.path)
    var checked: Set<Substring> = []
    for file in files {
      for line in file.lines {
        let fields = TextFile.fields(of: line.text)
        guard let word = fields.first else { continue }
        for phone in fields.dropFirst() where !checked.contains(phone) {
          guard vocabulary.isPhone(String(phone)) else {
            throw file.error(
              line: line.number, "'\(phone)' of '\(word)' is not a phone")
          }
          checked.insert(phone)
        }
        if phones[word] == nil, let second = fields.dropFirst().first {
          phones[word] = line.text[second.startIndex...]
        }
      }
    }
  }

  /// The phones of a text's words, behind one another.
  func phones(of text: String, in utterance: String) throws -> [String] {
    try TextFile.fields(of: text[...]).flatMap { word -> [String] in
      guard let found = phones[word] else {
        throw TaskError.corruptData(
          "the word '\(word)' of \(utterance) is in none of "
            + files.joined(separator: ", ")
            + ". Add a line with its phones to one of them.")
      }
      return TextFile.fields(of: found).map(String.init)
    }
  }
}
