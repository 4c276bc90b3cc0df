extension BeamSearch {
  /// Ends all sentences and sorts them. Where a hypothesis is between words,
  /// those within a word are left out.
  func finish(_ count: Int) -> [SearchResult] {
    let entries = UnsafeBufferPointer(start: beam.base, count: beam.count)
    let hasWholeWords =
      decoder.trie == nil || entries.contains { $0.node == 0 }
    var list = CandidateList(candidates, threshold: options.beamThreshold)
    let silence = Int32(decoder.tokens.silence)
    for (index, entry) in entries.enumerated()
    where !hasWholeWords || entry.node == 0 {
      let language = Double(histories.finish(entry.history))
      list.add(
        Candidate(
          score: entry.score + options.lmWeight * language, language: language,
          history: entry.history, node: entry.node, label: silence << 1,
          word: -1, parent: Int32(index)))
    }
    merge(list.limit)
    let sorted = kept.array.sorted { a, b in
      let left = candidates[Int(a)].score
      let right = candidates[Int(b)].score
      return left > right || (left == right && a < b)
    }
    return sorted.prefix(min(count, options.beamSize)).map { index in
      let candidate = candidates[Int(index)]
      let entry = beam[Int(candidate.parent)]
      return trace(
        entry.trace,
        SearchResult(
          score: candidate.score, acousticScore: entry.acoustic,
          languageScore: entry.language + candidate.language))
    }
  }

  private func trace(_ last: Int32, _ result: SearchResult) -> SearchResult {
    var result = result
    var place = last
    result.path = [Int32(decoder.tokens.silence)]
    var words: [Int32] = [-1]
    while place >= 0 {
      let entry = traces.entries[Int(place)]
      result.path.append(entry.token)
      words.append(entry.word)
      place = entry.parent
    }
    result.path.reverse()
    for (frame, word) in words.reversed().enumerated() where word >= 0 {
      result.words.append(word)
      result.wordFrames.append(Int32(frame - 1))
    }
    return result
  }
}
