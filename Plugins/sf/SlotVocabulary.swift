import TaskKit

/// The symbols of slot filling: characters, and for each slot a tag before
/// and one behind its words. There are 109 for the 39 slots of SNIPS.
struct SlotVocabulary: TranscriptVocabulary {
  /// Padding is CTC's blank.
  static let blank = 0
  static let unheard: Set = [blank, end]
  static let end = 1
  static let unknown = 2

  private static let special = ["<pad>", "<eos>", "<unk>"]
  private static let characters = " ABCDEFGHIJKLMNOPQRSTUVWXYZ'".map(
    String.init)
  private static let firstTag = special.count + characters.count
  /// Words that are nothing but some of these in this order are not spoken.
  private static let punctuation = "?!.,;-"

  private let symbols: Vocabulary

  /// The list's first line is the label "O" of words without a slot, and is
  /// passed over.
  init(slots file: TextFile) throws {
    var slots: [Substring] = []
    for line in file.lines.dropFirst() {
      guard !line.text.isEmpty else { continue }
      guard !line.text.contains(" "), !slots.contains(line.text) else {
        throw file.error(
          line: line.number,
          "'\(line.text)' is listed twice or is not one word")
      }
      slots.append(line.text)
    }
    guard !slots.isEmpty else {
      throw TaskError.corruptData(
        "\(file.path): no slots behind the first line, which stands for "
          + "words without one")
    }
    symbols = Vocabulary(
      Self.special + Self.characters
        + slots.flatMap { ["B-\($0)", "E-\($0)"] })
  }

  var count: Int { symbols.count }

  /// Characters and tags of a sentence, then the end, unless its last word is
  /// not spoken. `labels` has a slot, or "O", for each word; neighbours with
  /// one slot share its tags.
  func encode(words: [Substring], labels: [Substring]) throws -> [Int] {
    guard words.count == labels.count else {
      throw TaskError.corruptData(
        "\(words.count) words and \(labels.count) slot labels")
    }
    var encoded: [Int] = []
    for index in words.indices {
      let label = labels[index]
      guard !Self.punctuation.contains(words[index]), !words[index].isEmpty
      else { continue }
      let word = words[index] == "&" ? "AND" : words[index]
      if label != "O", index == 0 || labels[index - 1] != label {
        encoded.append(try tag("B-\(label)"))
      }
      encoded += word.map { symbols[String($0)] ?? Self.unknown }
      let isLast = index == words.count - 1
      if label != "O", isLast || labels[index + 1] != label {
        encoded.append(try tag("E-\(label)"))
      }
      encoded.append(isLast ? Self.end : symbols[" "] ?? 0)
    }
    return encoded
  }

  private func tag(_ name: String) throws -> Int {
    guard let number = symbols[name] else {
      throw TaskError.corruptData(
        "the slot '\(name.dropFirst(2))' is not in the list of "
          + "slots")
    }
    return number
  }

  /// "ADD A TUNE TO MY B-playlist PARTY MIX E-playlist", up to the first end,
  /// without padding.
  func decode(_ labels: [Int]) -> String {
    labels.prefix { $0 != Self.end }.reduce(into: "") { text, label in
      guard label != Self.blank, let symbol = symbols.symbol(label) else {
        return
      }
      if label < Self.firstTag {
        text += symbol
      } else if symbol.hasPrefix("B-") {
        text += symbol + " "
      } else {
        text += " " + symbol
      }
    }
  }
}
