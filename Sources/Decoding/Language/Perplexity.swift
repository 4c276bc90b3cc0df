import Foundation

/// How well a model foretells a text.
package struct Perplexity: Sendable, Equatable, Encodable {
  package var sentences = 0
  /// Words, sentence ends not among them.
  package var words = 0
  /// Words that the model does not know.
  package var unknownWords = 0
  /// The sum of log₁₀ over words and sentence ends.
  package var logProbability = 0.0
  /// The part of the unknown words.
  package var unknownLogProbability = 0.0

  enum CodingKeys: String, CodingKey {
    case sentences, words
    case unknownWords = "oov"
    case logProbability = "logprob"
    case unknownLogProbability = "oov_logprob"
    case perplexity = "ppl"
    case knownPerplexity = "ppl_without_oov"
  }

  /// Over all words and sentence ends.
  package var perplexity: Double {
    pow(10, -logProbability / Double(max(words + sentences, 1)))
  }

  /// Over all but the unknown words.
  package var knownPerplexity: Double {
    pow(
      10,
      -(logProbability - unknownLogProbability)
        / Double(max(words - unknownWords + sentences, 1)))
  }

  package func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(sentences, forKey: .sentences)
    try object.encode(words, forKey: .words)
    try object.encode(unknownWords, forKey: .unknownWords)
    try object.encode(logProbability, forKey: .logProbability)
    try object.encode(unknownLogProbability, forKey: .unknownLogProbability)
    try object.encode(perplexity, forKey: .perplexity)
    try object.encode(knownPerplexity, forKey: .knownPerplexity)
  }
}

extension NGramModel {
  /// One word of a sentence as a model sees it.
  package struct WordScore: Sendable, Encodable {
    package var word: String
    /// log₁₀ of its probability.
    package var score: Float
    package var isUnknown: Bool

    enum CodingKeys: String, CodingKey {
      case word
      case score = "logprob"
      case isUnknown = "oov"
    }
  }

  /// The words of a sentence and its end.
  package func scores(_ words: [String]) -> [WordScore] {
    var state = start
    return (words + ["</s>"]).map { word in
      let index = index(of: word)
      let (score, next) = score(state, index)
      state = next
      return WordScore(
        word: word, score: score,
        isUnknown: index == Self.unknown)
    }
  }

  /// The sum of log₁₀ over a sentence and its end.
  package func logProbability(_ words: [String]) -> Double {
    scores(words).reduce(0) { $0 + Double($1.score) }
  }

  /// How well the model foretells texts, a sentence a line; empty lines are
  /// left out.
  package func perplexity(texts paths: [String]) throws -> Perplexity {
    var total = Perplexity()
    for path in paths {
      let lines = try LineReader(path: path)
      while let line = try lines.next() {
        let words = String(decoding: line, as: UTF8.self)
          .split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
        if words.isEmpty { continue }
        total.sentences += 1
        total.words += words.count
        for word in scores(words) {
          total.logProbability += Double(word.score)
          if word.isUnknown {
            total.unknownWords += 1
            total.unknownLogProbability += Double(word.score)
          }
        }
      }
    }
    return total
  }
}
