extension BeamSearch {
  /// Proposes what each hypothesis may become in a frame where only words of
  /// the lexicon may be said.
  func propose(
    _ row: UnsafePointer<Float>, _ trie: LexiconTrie, isFirst: Bool,
    _ list: inout CandidateList
  ) {
    let isCTC = options.criterion == .ctc
    let silence = Int32(decoder.tokens.silence)
    let blank = Int32(decoder.tokens.blank)
    for index in 0..<beam.count {
      let entry = beam[index]
      let parent = Int32(index)
      let nodes = trie.nodes.base
      let first = nodes[Int(entry.node)].firstChild
      let last = nodes[Int(entry.node) + 1].firstChild
      if Int(last - first) <= considered.count * 8 {
        for child in first..<last
        where isConsidered[Int(nodes[Int(child)].token)] {
          propose(row, trie, child, entry, parent, isFirst, &list)
        }
      } else {
        for position in 0..<considered.count {
          if let child = find(considered[position], nodes, first, last) {
            propose(row, trie, child, entry, parent, isFirst, &list)
          }
        }
      }

      // The same place again: silence between words, else the last token.
      if !isCTC || !entry.isBlank || entry.node == 0 {
        let token = entry.node == 0 ? silence : entry.token
        var score =
          entry.score
          + decoder.acoustic(
            row, token: token, after: entry.token, isFirst: isFirst)
        if token == silence { score += options.silScore }
        list.add(
          Candidate(
            score: score, language: 0, history: entry.history,
            node: entry.node, label: token << 1, word: -1, parent: parent))
      }
      if isCTC {
        list.add(
          Candidate(
            score: entry.score + Double(row[Int(blank)]), language: 0,
            history: entry.history, node: entry.node, label: blank << 1 | 1,
            word: -1, parent: parent))
      }
    }
  }

  /// Finds the child for a token in a wide node.
  private func find(
    _ token: Int32, _ nodes: UnsafePointer<LexiconTrie.Node>, _ first: Int32,
    _ last: Int32
  ) -> Int32? {
    var low = first
    var count = last - first
    while count > 1 {
      let half = count >> 1
      if nodes[Int(low + half)].token <= token { low += half }
      count -= half
    }
    return nodes[Int(low)].token == token ? low : nil
  }

  /// Proposes to go on to a child of the hypothesis' node: within a word, and
  /// to the end of each word that is spelled so.
  @inline(__always)
  private func propose(
    _ row: UnsafePointer<Float>, _ trie: LexiconTrie, _ child: Int32,
    _ entry: BeamEntry, _ parent: Int32, _ isFirst: Bool,
    _ list: inout CandidateList
  ) {
    let nodes = trie.nodes.base
    let node = nodes[Int(child)]
    let after = nodes[Int(child) + 1]
    let token = node.token
    let isRoot = entry.node == 0
    let spoken: Float = isRoot ? 0 : nodes[Int(entry.node)].score
    var score =
      entry.score
      + decoder.acoustic(
        row, token: token, after: entry.token, isFirst: isFirst)
    if token == Int32(decoder.tokens.silence) { score += options.silScore }

    // With a model over tokens every step is scored, words are not.
    var history = entry.history
    var language = 0.0
    if options.lmOverTokens {
      history = histories.child(entry.history, token)
      language = Double(histories.score(history))
    }

    let isNewToken =
      options.criterion != .ctc || entry.isBlank || token != entry.token
    if isNewToken, after.firstChild > node.firstChild {
      if !options.lmOverTokens { language = Double(node.score - spoken) }
      list.add(
        Candidate(
          score: score + options.lmWeight * language, language: language,
          history: history, node: child, label: token << 1, word: -1,
          parent: parent))
    }

    func end(word: Int32, _ wordScore: Double) {
      if !options.lmOverTokens {
        // The model is asked only if its best answer could matter.
        let bound =
          score + options.lmWeight * (decoder.largestScore - Double(spoken))
          + wordScore
        if decoder.hasBound, list.excludes(bound) { return }
        history = histories.child(entry.history, word)
        language = Double(histories.score(history) - spoken)
      }
      list.add(
        Candidate(
          score: score + options.lmWeight * language + wordScore,
          language: language, history: history, node: 0, label: token << 1,
          word: word, parent: parent))
    }

    if after.firstLabel > node.firstLabel {
      // A word of one token must not follow itself without a blank.
      guard !(isRoot && entry.token == token) else { return }
      for label in node.firstLabel..<after.firstLabel {
        end(word: trie.labels[Int(label)], options.wordScore)
      }
    } else if options.unkScore > -.infinity {
      end(word: Int32(decoder.unknownWord), options.unkScore)
    }
  }
}
