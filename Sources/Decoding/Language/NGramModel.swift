import Diagnostics

/// A back-off language model over words, queried like KenLM's: the same sums
/// in single precision, base 10.
///
/// Immutable; any number of threads may query one.
package final class NGramModel: @unchecked Sendable {
  /// The state of a model: a node of its trie, or `NGramTrie.root`.
  package typealias State = UInt32

  let storage: NGramStorage
  let vocabulary: Vocabulary
  let trie: NGramTrie
  /// N-grams of each order.
  package let counts: [Int]
  /// No word after any context scores more than this.
  package let largestScore: Float
  /// The number of `<unk>`, which every unknown word gets.
  package static let unknown: UInt32 = 0
  package let sentenceStart: UInt32
  package let sentenceEnd: UInt32

  /// N-grams of the highest order are of so many words.
  package var order: Int { counts.count }

  init(_ storage: NGramStorage) {
    self.storage = storage
    vocabulary = storage.vocabulary
    trie = NGramTrie(
      nodes: storage.nodes, leaves: storage.leaves,
      leafBase: UInt32(storage.nodeCount))
    counts = storage.counts
    largestScore = storage.largestScore
    sentenceStart = storage.sentenceStart
    sentenceEnd = storage.sentenceEnd
  }

  /// The number of a word; that of `<unk>` if the model does not know it.
  package func index(of word: String) -> UInt32 {
    vocabulary.find(word) ?? Self.unknown
  }

  package func word(_ index: UInt32) -> String { vocabulary[index] }

  /// The state at the beginning of a sentence.
  package var start: State {
    order > 1 ? sentenceStart : NGramTrie.root
  }

  /// log₁₀ of a word's probability after `state`, and the state behind it.
  package func score(
    _ state: State, _ word: UInt32
  ) -> (score: Float, next: State) {
    var next = NGramTrie.root
    let score = trie.walk(state, word, &next)
    return (score, next)
  }
}
