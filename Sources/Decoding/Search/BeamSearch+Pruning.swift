import Foundation

extension BeamSearch {
  /// Joins candidates that are one hypothesis and makes the best the beam.
  func select(
    _ row: UnsafePointer<Float>, _ list: CandidateList, isFirst: Bool
  ) {
    merge(list.limit)
    let candidates = candidates.base
    let count = min(options.beamSize, kept.count)
    Selection.moveBest(count, of: kept.base, count: kept.count) { a, b in
      let left = candidates[Int(a)].score
      let right = candidates[Int(b)].score
      return left > right || (left == right && a < b)
    }
    next.removeAll()
    for index in 0..<count {
      let candidate = candidates[Int(kept[index])]
      let parent = beam[Int(candidate.parent)]
      let token = candidate.label >> 1
      let acoustic = decoder.acoustic(
        row, token: token, after: parent.token, isFirst: isFirst)
      next.append(
        BeamEntry(
          score: candidate.score, acoustic: parent.acoustic + acoustic,
          language: parent.language + candidate.language,
          history: candidate.history, node: candidate.node, token: token,
          isBlank: candidate.label & 1 == 1,
          trace: traces.append(
            parent: parent.trace, token: token, word: candidate.word)))
      // With a good one first, fewer hopeless candidates are proposed.
      if next[index].score > next[0].score {
        swap(&next.base[index], &next.base[0])
      }
    }
    beam.removeAll()
    for index in 0..<next.count { beam.append(next[index]) }
  }

  /// Leaves of the candidates that are not below `limit`, and of those that
  /// are one hypothesis one, the numbers in `kept`.
  func merge(_ limit: Double) {
    while candidates.count * 2 > slots.count {
      slots = FlatArray(
        repeating: Slot(round: 0, index: 0), count: slots.count * 2)
      shift -= 1
      round = 0
    }
    round &+= 1
    if options.logAdd { peaks.resize(to: candidates.count, filling: 0) }
    kept.removeAll()
    let candidates = self.candidates.base
    let slots = self.slots.base
    let mask = self.slots.count - 1
    let round = round
    for index in 0..<self.candidates.count {
      let candidate = candidates[index]
      guard candidate.score >= limit else { continue }
      var slot = Int(truncatingIfNeeded: candidate.hash >> shift)
      while true {
        if slots[slot].round != round {
          slots[slot] = Slot(round: round, index: Int32(index))
          kept.append(Int32(index))
          if options.logAdd { peaks[index] = candidate.score }
          break
        }
        let other = Int(slots[slot].index)
        if candidates[other].meets(candidate) {
          join(candidate, to: other)
          break
        }
        slot = (slot + 1) & mask
      }
    }
  }

  /// The better of two goes on; with log-add it takes both probabilities.
  private func join(_ candidate: Candidate, to other: Int) {
    let candidates = candidates.base
    guard options.logAdd else {
      if candidate.score > candidates[other].score {
        candidates[other] = candidate
      }
      return
    }
    let high = max(candidates[other].score, candidate.score)
    let low = min(candidates[other].score, candidate.score)
    if candidate.score > peaks[other] {
      peaks[other] = candidate.score
      candidates[other] = candidate
    }
    candidates[other].score = high + log1p(exp(low - high))
  }
}
