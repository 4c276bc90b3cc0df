/// Utterances packed behind one another: utterance i has the rows
/// offsets[i] ..< offsets[i + 1] of a matrix.
struct Segments {
  let offsets: [Int]

  /// Refuses offsets that do not go up from 0 to the number of rows of `x`,
  /// and, where all are to have rows, utterances without.
  init(
    _ name: String, _ offsets: [Int], of x: Node, haveRows: Bool = false
  ) throws {
    try require(
      x.shape.rank == 2 && offsets.first == 0 && offsets.last == x.shape[0],
      name,
      "x is \(x.shape); offsets run from \(offsets.first ?? 0) to "
        + "\(offsets.last ?? 0)")
    self.offsets = offsets
    for index in 0..<count {
      try require(
        !haveRows || length(index) > 0, name, "utterance \(index) has no rows")
      try require(
        length(index) >= 0, name,
        "utterance \(index) has rows \(offsets[index]) to "
          + "\(offsets[index + 1])")
    }
  }

  /// Those that a convolution makes of others.
  init(of lengths: some Sequence<Int>) {
    var offsets = [0]
    for length in lengths {
      offsets.append(offsets[offsets.count - 1] + length)
    }
    self.offsets = offsets
  }

  /// Some of them, by themselves.
  func part(_ range: Range<Int>) -> Segments {
    Segments(of: range.map(length))
  }

  var count: Int { offsets.count - 1 }
  var rows: Int { offsets[offsets.count - 1] }
  var longest: Int { (0..<count).map(length).max() ?? 0 }

  func start(_ index: Int) -> Int { offsets[index] }
  func length(_ index: Int) -> Int { offsets[index + 1] - offsets[index] }
}

extension Engine {
  /// Calls `body` once for each utterance, short ones by turns on one
  /// thread. `dim` is how many numbers a row has.
  ///
  /// - Parameter part: the utterances; all if nil.
  func forEachSegment(
    of segments: Segments, in part: Range<Int>? = nil, dim: Int,
    _ body: (Int) -> Void
  ) {
    let elements = max(segments.rows * max(dim, 1), 1)
    let perTask = max(1, Self.pieceElements * segments.count / elements)
    let part = part ?? 0..<segments.count
    parallel((part.count + perTask - 1) / perTask) { task in
      let first = part.lowerBound + task * perTask
      for index in first..<min(part.upperBound, first + perTask) {
        body(index)
      }
    }
  }
}
