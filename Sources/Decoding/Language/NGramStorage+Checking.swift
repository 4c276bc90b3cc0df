extension NGramStorage {
  /// Whether every number in the blocks that names a place names one that is
  /// there, so that no query leaves them or goes on without end. One pass over
  /// the nodes and the vocabulary: for files that somebody else has made.
  var isConsistent: Bool {
    vocabularyIsConsistent && nodesAreConsistent
      && Int(sentenceStart) < vocabulary.count
      && Int(sentenceEnd) < vocabulary.count
  }

  private var vocabularyIsConsistent: Bool {
    let (starts, slots) = (vocabulary.starts, vocabulary.slots)
    // Unknown words have the first number, so there is one at least.
    guard vocabulary.count >= 1, vocabulary.count <= counts[0],
      slots.count & (slots.count - 1) == 0,
      slots.contains(0), slots.allSatisfy({ $0 <= vocabulary.count }),
      Int(starts[vocabulary.count]) <= vocabulary.bytes.count
    else { return false }
    return zip(starts, starts.dropFirst()).allSatisfy { $0 <= $1 }
  }

  private var nodesAreConsistent: Bool {
    var first = 0
    for order in counts.indices.dropLast() {
      let end = first + counts[order]
      let children = end...end + counts[order + 1]
      for index in first..<end {
        let node = nodes[index]
        let (start, stop) = (
          Int(node.firstChild), Int(nodes[index + 1].firstChild)
        )
        guard start <= stop, children.contains(start),
          children.contains(stop),
          node.suffix == NGramTrie.root || Int(node.suffix) < first
        else { return false }
      }
      first = end
    }
    return true
  }
}
