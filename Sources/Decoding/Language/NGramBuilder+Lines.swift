extension NGramBuilder {
  /// What reading lines on other threads needs of the orders below.
  var context: NGramLines.Context {
    NGramLines.Context(
      order: order, isHighest: order == orders, vocabulary: vocabulary.view,
      nodes: UnsafePointer(nodes.base), trie: trie)
  }

  /// Adds the first n-grams of some lines.
  mutating func add(_ lines: NGramLines, count: Int) {
    let isHighest = order == orders
    let first = UInt32(starts[order - 2])
    for index in 0..<count {
      let context = lines.contexts[index]
      let probability = lines.probabilities[index]
      childCounts.base[Int(context - first)] += 1
      contexts.append(context)
      note(probability, lines.backoffs[index])
      if isHighest {
        leaves.append(
          NGramTrie.Leaf(word: lines.words[index], probability: probability))
      } else {
        nodes.append(
          node(lines.words[index], probability, lines.backoffs[index]))
      }
    }
  }
}
