/// Where a model's blocks lie: in memory of its own, or in a mapped file.
final class NGramStorage {
  let counts: [Int]
  let sentenceStart: UInt32
  let sentenceEnd: UInt32
  let largestScore: Float
  let vocabulary: Vocabulary
  /// N-grams of all orders but the highest, and one node behind the last,
  /// whose `firstChild` ends the last one's children.
  let nodes: UnsafePointer<NGramTrie.Node>
  let leaves: UnsafePointer<NGramTrie.Leaf>
  /// Keeps the blocks alive.
  private let owners: [AnyObject]

  var nodeCount: Int { counts.dropLast().reduce(0, +) }
  var leafCount: Int { counts.last ?? 0 }

  init(
    counts: [Int], sentenceStart: UInt32, sentenceEnd: UInt32,
    largestScore: Float, vocabulary: Vocabulary,
    nodes: UnsafePointer<NGramTrie.Node>,
    leaves: UnsafePointer<NGramTrie.Leaf>, owners: [AnyObject]
  ) {
    self.counts = counts
    self.sentenceStart = sentenceStart
    self.sentenceEnd = sentenceEnd
    self.largestScore = largestScore
    self.vocabulary = vocabulary
    self.nodes = nodes
    self.leaves = leaves
    self.owners = owners
  }
}
