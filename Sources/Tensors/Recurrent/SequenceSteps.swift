/// The utterances of a packed matrix, ordered so that those which have a step
/// come first: the longest first, and equals as they lie. Steps then work on
/// fewer and fewer utterances, and nothing is padded.
struct SequenceSteps {
  /// Each utterance's first row, and its last, longest utterance first.
  let firstRows: [Int]
  let lastRows: [Int]
  /// How many utterances have each step.
  let active: [Int]
  let rows: Int
  let offsets: [Int]

  /// Those of some utterances, their rows counted from the first one's.
  func part(_ utterances: Range<Int>, _ name: String) throws -> SequenceSteps {
    let first = offsets[utterances.lowerBound]
    let part = offsets[utterances.lowerBound...utterances.upperBound].map {
      $0 - first
    }
    return try SequenceSteps(
      name, offsets: part, rows: part[utterances.count])
  }

  var count: Int { active.count }
  /// How many utterances have a first step.
  var batch: Int { active.first ?? 0 }

  /// - Parameter offsets: of `rows` rows, one more than there are utterances.
  init(_ name: String, offsets: [Int], rows: Int) throws {
    try require(
      offsets.first == 0 && offsets.last == rows
        && zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 }), name,
      "offsets do not rise from 0 to the \(rows) rows of x")
    let lengths = zip(offsets, offsets.dropFirst()).map { $1 - $0 }
    let order = lengths.indices.filter { lengths[$0] > 0 }.sorted {
      (lengths[$1], $0) < (lengths[$0], $1)
    }
    self.rows = rows
    self.offsets = offsets
    firstRows = order.map { offsets[$0] }
    lastRows = order.map { offsets[$0 + 1] - 1 }
    var active: [Int] = []
    active.reserveCapacity(order.first.map { lengths[$0] } ?? 0)
    // From the shortest up: each utterance adds the steps that the longer
    // ones before it share with it.
    for (rank, utterance) in order.enumerated().reversed() {
      while active.count < lengths[utterance] { active.append(rank + 1) }
    }
    self.active = active
  }
}
