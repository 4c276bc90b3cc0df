import Diagnostics

/// Words and how they are spelled in tokens. A word may have several
/// spellings, and several words may share one.
package struct Lexicon: Sendable {
  /// Words by number; the last is `<unk>` where the file has none.
  package private(set) var words: [String] = []
  /// The number of `<unk>`.
  package private(set) var unknown = 0
  /// The word of each spelling, in the file's order.
  private(set) var spelledWords: [Int32] = []
  /// All spellings' tokens one after the other.
  private(set) var tokens: [Int32] = []
  /// Where each spelling begins, and one more.
  private(set) var starts: [Int] = [0]
  private var numbers: [String: Int] = [:]

  /// Spellings in all.
  package var count: Int { spelledWords.count }

  /// Reads lines of a word, a tab or spaces, and its tokens with spaces
  /// between them.
  ///
  /// - Throws: `UserError` with the line that is wrong.
  package init(path: String, tokens: TokenSet) throws {
    try self.init(LineReader(path: path), tokens)
  }

  /// Reads the same lines from memory; errors name them as `name`.
  package init(lines: String, name: String, tokens: TokenSet) throws {
    try self.init(LineReader(text: lines, name: name), tokens)
  }

  private init(_ lines: LineReader, _ tokens: TokenSet) throws {
    var fields = Fields()
    var spelling: [Int32] = []
    while let line = try lines.next() {
      if line.isBlank { continue }
      fields.split(line)
      guard fields.count > 1 else {
        throw lines.error(
          "the word '\(fields.text(0, of: line))' has no tokens",
          fix: "a line is a word, a tab or space, and its tokens")
      }
      spelling.removeAll(keepingCapacity: true)
      for field in 1..<fields.count {
        let name = fields.text(field, of: line)
        guard let token = tokens.index(of: name) else {
          throw lines.error(
            "the word '\(fields.text(0, of: line))' has the token '\(name)', "
              + "which is not among the tokens")
        }
        spelling.append(Int32(token))
      }
      add(fields.text(0, of: line), spelling)
    }
    guard !words.isEmpty else {
      throw UserError("the lexicon has no words", at: lines.path)
    }
    finish()
  }

  /// A lexicon from pairs of a word and its tokens' numbers.
  package init(_ entries: [(word: String, tokens: [Int])]) {
    for entry in entries { add(entry.word, entry.tokens.map(Int32.init)) }
    finish()
  }

  /// The number of a word; nil if the lexicon has it not.
  package func index(of word: String) -> Int? { numbers[word] }

  private mutating func add(_ word: String, _ spelling: [Int32]) {
    spelledWords.append(Int32(number(of: word)))
    tokens += spelling
    starts.append(tokens.count)
  }

  private mutating func finish() { unknown = number(of: "<unk>") }

  private mutating func number(of word: String) -> Int {
    if let known = numbers[word] { return known }
    numbers[word] = words.count
    words.append(word)
    return words.count - 1
  }
}
