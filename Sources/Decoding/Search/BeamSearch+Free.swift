extension BeamSearch {
  /// Proposes what each hypothesis may become in a frame where any sequence of
  /// tokens may be said, scored by a model over tokens or by none.
  func propose(
    _ row: UnsafePointer<Float>, isFirst: Bool, _ list: inout CandidateList
  ) {
    let isCTC = options.criterion == .ctc
    let silence = Int32(decoder.tokens.silence)
    let blank = Int32(decoder.tokens.blank)
    for index in 0..<beam.count {
      let entry = beam[index]
      for position in 0..<considered.count {
        let token = considered[position]
        // Transitions are left out of the score here: so is it in
        // flashlight-text, whose numbers these are.
        var score = entry.score + Double(row[Int(token)])
        if token == silence { score += options.silScore }
        var candidate = Candidate(
          score: score, language: 0, history: entry.history, node: 0,
          label: token << 1, word: -1, parent: Int32(index))
        let isNewToken =
          isCTC
          ? token != blank && (token != entry.token || entry.isBlank)
          : token != entry.token
        if isNewToken {
          if decoder.hasBound,
            list.excludes(score + options.lmWeight * decoder.largestScore)
          {
            continue
          }
          candidate.history = histories.child(entry.history, token)
          candidate.language = Double(histories.score(candidate.history))
          candidate.score += options.lmWeight * candidate.language
        } else if isCTC, token == blank {
          candidate.label |= 1
        }
        list.add(candidate)
      }
    }
  }
}
