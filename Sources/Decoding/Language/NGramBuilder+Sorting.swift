import Dispatch

extension NGramBuilder {
  /// Puts the order that was begun last in place.
  ///
  /// - Throws: if an n-gram is there twice.
  mutating func endOrder() throws(Refusal) {
    let parents = starts[order - 2]..<starts[order - 1]
    let base = starts[order - 1]
    var next = UInt32(base)
    for parent in parents {
      nodes.base[parent].firstChild = next
      next += childCounts[parent - parents.lowerBound]
    }
    if order == orders {
      try arrange(leaves.base, parents, base, word: { $0.word })
    } else {
      try arrange(nodes.base + base, parents, base, word: { $0.word })
      linkSuffixes(parents, base)
    }
    contexts = FlatArray(capacity: 1)
    childCounts = FlatArray(capacity: 1)
  }

  /// Sorts entries by context, which are `contexts`, and then by word.
  private func arrange<Entry>(
    _ entries: UnsafeMutablePointer<Entry>, _ parents: Range<Int>, _ base: Int,
    word: (Entry) -> UInt32
  ) throws(Refusal) {
    let next = childCounts
    let contexts = contexts.base
    func end(_ parent: Int) -> Int {
      parent + 1 < parents.upperBound
        ? Int(nodes[parent + 1].firstChild) - base : self.contexts.count
    }
    for parent in parents {
      next[parent - parents.lowerBound] =
        nodes[parent].firstChild - UInt32(base)
    }
    for parent in parents {
      let slot = parent - parents.lowerBound
      let end = end(parent)
      while Int(next[slot]) < end {
        let here = Int(next[slot])
        let owner = Int(contexts[here])
        if owner != parent {
          let there = Int(next[owner - parents.lowerBound])
          swap(&entries[here], &entries[there])
          contexts[here] = contexts[there]
          contexts[there] = UInt32(owner)
          next[owner - parents.lowerBound] += 1
        } else {
          next[slot] += 1
        }
      }
    }
    for parent in parents {
      let first = Int(nodes[parent].firstChild) - base
      let end = end(parent)
      guard end - first > 1 else { continue }
      let isSorted = (first + 1..<end).allSatisfy {
        word(entries[$0 - 1]) <= word(entries[$0])
      }
      if !isSorted {
        var children = UnsafeMutableBufferPointer(
          start: entries + first, count: end - first)
        children.sort { word($0) < word($1) }
      }
      for index in first + 1..<end
      where word(entries[index - 1]) == word(entries[index]) {
        throw .repeated
      }
    }
  }

  /// On all cores: what is looked up lies in the orders below.
  private func linkSuffixes(_ parents: Range<Int>, _ base: Int) {
    nonisolated(unsafe) let trie = trie
    nonisolated(unsafe) let nodes = nodes.base
    let end = self.nodes.count
    let portion = 1 << 12
    DispatchQueue.concurrentPerform(
      iterations: (parents.count + portion - 1) / portion
    ) { index in
      let first = parents.lowerBound + index * portion
      for parent in first..<min(first + portion, parents.upperBound) {
        let last =
          parent + 1 < parents.upperBound
          ? Int(nodes[parent + 1].firstChild) : end
        for child in Int(nodes[parent].firstChild)..<last {
          nodes[child].suffix = trie.suffix(
            after: nodes[parent].suffix, nodes[child].word)
        }
      }
    }
  }
}
