/// One of an utterance's transcriptions, as a user reads it.
package struct Hypothesis: Sendable, Equatable, Codable {
  /// Without a lexicon what the tokens spell between silences; a piece that
  /// begins with `▁` begins a word, too.
  package var words: [String]
  /// The path with repeats joined and blanks removed; the silences that the
  /// search puts before and after an utterance are among them.
  package var tokens: [String]
  /// Where in the path each token begins: 0 before the first frame, `n` in
  /// the frame `n - 1`.
  package var timesteps: [Int]
  /// Where in the path each word was complete.
  package var wordTimesteps: [Int]
  package var score: Double
  package var acousticScore: Double
  package var languageScore: Double

  enum CodingKeys: String, CodingKey {
    case words, tokens, timesteps
    case wordTimesteps = "word_timesteps"
    case score
    case acousticScore = "am_score"
    case languageScore = "lm_score"
  }

  init(_ result: SearchResult, _ decoder: BeamDecoder) {
    wordTimesteps = result.wordFrames.map { Int($0) + 1 }
    words = []
    tokens = []
    timesteps = []
    var previous: Int32 = -1
    for (step, token) in result.path.enumerated() {
      if token != previous, Int(token) != decoder.tokens.blank {
        tokens.append(decoder.tokens.names[Int(token)])
        timesteps.append(step)
      }
      previous = token
    }
    if let lexicon = decoder.lexicon {
      words = result.words.map { lexicon.words[Int($0)] }
    } else {
      let silence = decoder.tokens.names[decoder.tokens.silence]
      words = tokens.map { $0 == silence ? " " : $0 }.joined()
        .split { $0 == " " || $0 == "▁" }.map(String.init)
    }
    score = result.score
    acousticScore = result.acousticScore
    languageScore = result.languageScore
  }
}
