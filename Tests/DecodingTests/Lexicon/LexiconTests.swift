import Testing

@testable import Decoding

@Suite struct LexiconTests {
  private let tokens = ["-", "|", "a", "b"]

  @Test func linesAreAWordAndItsTokens() throws {
    let tokens = try TokenSet(tokens)
    #expect(tokens.blank == 0 && tokens.silence == 1)
    try withTemporaryFile("ab\ta b |\nba b a |\nab a  b b |\r\n") { path in
      let lexicon = try Lexicon(path: path, tokens: tokens)
      #expect(lexicon.words == ["ab", "ba", "<unk>"])
      #expect(lexicon.count == 3 && lexicon.unknown == 2)
    }
  }

  @Test func badLinesAreToldWithTheirNumber() throws {
    let tokens = try TokenSet(tokens)
    try withTemporaryFile("ab a b\nac a c\n") { path in
      expectUserError("file:2: the word 'ac' has the token 'c'") {
        try Lexicon(path: path, tokens: tokens)
      }
    }
    try withTemporaryFile("ab a b\n\nac\n") { path in
      expectUserError("file:3: the word 'ac' has no tokens") {
        try Lexicon(path: path, tokens: tokens)
      }
    }
    try withTemporaryFile("") { path in
      expectUserError("no words") { try Lexicon(path: path, tokens: tokens) }
    }
  }

  @Test func tokensMustNameBlankAndSilence() throws {
    expectUserError("no token '<s>' or '-'") { try TokenSet(["a", "|"]) }
    expectUserError("no token 'x'") {
      try TokenSet(["a", "|", "-"], blank: "x")
    }
    try withTemporaryFile("a\nb\na\n") { path in
      expectUserError("file:3: the token 'a' is there twice") {
        try TokenSet(path: path)
      }
    }
  }

  @Test func aNodeStandsForTheBestWordBelowIt() throws {
    let lexicon = Lexicon([("x", [2, 3]), ("y", [2, 2]), ("z", [2])])
    let scores: [Float] = [-3, -1, -2, 0]
    let best = LexiconTrie(lexicon, scores: scores, smearing: .max)
    #expect(best.count == 4)
    #expect((0..<4).map { best.nodes[$0].score } == [-1, -1, -1, -3])
    let none = LexiconTrie(lexicon, scores: scores, smearing: .none)
    #expect((0..<4).allSatisfy { none.nodes[$0].score == 0 })
  }

  @Test func ofWordsSpelledAlikeSixAreKept() {
    let lexicon = Lexicon((0..<8).map { ("w\($0)", [2, 3]) })
    let trie = LexiconTrie(
      lexicon, scores: Array(repeating: 0, count: 9), smearing: .max)
    #expect(trie.omitted == 2)
    #expect(trie.labels.array == [0, 1, 2, 3, 4, 5])
  }
}
