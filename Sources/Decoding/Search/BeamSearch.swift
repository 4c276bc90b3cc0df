import Foundation

/// Beam search over the emissions of one utterance after the other, with
/// flashlight-text's semantics: the same hypotheses, the same scores.
///
/// Not for several threads at once: each has its own, over one ``BeamDecoder``.
final class BeamSearch {
  let decoder: BeamDecoder
  let options: DecodingOptions
  let histories: HistoryTree
  /// The hypotheses after the last frame; the best is first.
  let beam = FlatArray<BeamEntry>(capacity: 64)
  let candidates = FlatArray<Candidate>(capacity: 1 << 10)
  let traces = TraceStore()

  /// Which tokens a frame considers, and a list of them.
  let isConsidered: FlatArray<Bool>
  let considered: FlatArray<Int32>

  // Merging: candidates by what they are, and those that are left.
  var slots = FlatArray<Slot>(
    repeating: Slot(round: 0, index: 0), count: 1 << 10)
  var shift = UInt64(64 - 10)
  var round: UInt32 = 0
  let kept = FlatArray<Int32>(capacity: 1 << 10)
  let peaks = FlatArray<Double>(capacity: 1 << 10)
  let next = FlatArray<BeamEntry>(capacity: 64)

  /// A place in the table of a frame's candidates; it is empty if its round is
  /// not the frame's, so that the table is never cleared.
  struct Slot: BitwiseCopyable {
    var round: UInt32
    var index: Int32
  }

  init(_ decoder: BeamDecoder) {
    self.decoder = decoder
    options = decoder.options
    histories = HistoryTree(decoder.model, labels: decoder.labels)
    let tokens = decoder.tokens.count
    isConsidered = FlatArray(repeating: true, count: tokens)
    considered = FlatArray(capacity: tokens)
    for token in 0..<tokens { considered.append(Int32(token)) }
  }

  /// Searches one utterance.
  ///
  /// - Parameters:
  ///   - emissions: log-probabilities, [frames, tokens], row-major.
  ///   - count: at most so many hypotheses.
  /// - Returns: the best first; there are none if the beam ran empty.
  func decode(
    _ emissions: UnsafePointer<Float>, frames: Int, count: Int
  ) -> [SearchResult] {
    begin()
    let tokens = decoder.tokens.count
    for frame in 0..<frames {
      let row = emissions + frame * tokens
      consider(row, tokens)
      var list = CandidateList(candidates, threshold: options.beamThreshold)
      if let trie = decoder.trie {
        propose(row, trie, isFirst: frame == 0, &list)
      } else {
        propose(row, isFirst: frame == 0, &list)
      }
      select(row, list, isFirst: frame == 0)
    }
    return finish(count)
  }

  private func begin() {
    histories.reset()
    traces.entries.removeAll()
    beam.removeAll()
    let silence = Int32(decoder.tokens.silence)
    beam.append(
      BeamEntry(
        score: 0, acoustic: 0, language: 0, history: 0, node: 0,
        token: silence, isBlank: false,
        trace: traces.append(parent: -1, token: silence, word: -1)))
  }

  /// Chooses the likeliest tokens; ties go to the first.
  private func consider(_ row: UnsafePointer<Float>, _ tokens: Int) {
    guard let limit = options.beamSizeToken, limit < tokens else { return }
    considered.removeAll()
    for token in 0..<tokens {
      considered.append(Int32(token))
      isConsidered[token] = false
    }
    Selection.moveBest(limit, of: considered.base, count: tokens) { a, b in
      let left = row[Int(a)]
      let right = row[Int(b)]
      return left > right || (left == right && a < b)
    }
    considered.truncate(to: limit)
    for index in 0..<limit { isConsidered[Int(considered[index])] = true }
  }
}
