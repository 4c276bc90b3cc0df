import TaskKit

/// Pairs of a table's recordings, and whether one person speaks in both.
struct Trials {
  struct Pair {
    let isTarget: Bool
    let first: RecordingTable.Row
    let second: RecordingTable.Row

    var name: String { "\(first.id)_\(second.id)" }
  }

  let pairs: [Pair]

  /// The recordings of all pairs, each once, in their order.
  var recordings: [RecordingTable.Row] {
    var seen: Set<String> = []
    return pairs.flatMap { [$0.first, $0.second] }
      .filter { seen.insert($0.id).inserted }
  }

  /// Reads lines `<1|0> recording recording`, 1 for one person, a recording
  /// by its path in the table or by its id.
  init(_ path: String, of table: RecordingTable) throws {
    let file = try TextFile(path, fix: "Correct --data-trials.")
    var rows: [String: RecordingTable.Row] = [:]
    for row in table.rows {
      rows[row.id] = row
      rows[row.path] = row
    }
    pairs = try file.parsed(VerificationTrials.init(parsing:)).trials.map {
      trial in
      func row(_ name: String) throws -> RecordingTable.Row {
        if let row = rows[name] { return row }
        throw file.error(
          line: trial.line, "'\(name)' is no recording of \(table.path)")
      }
      return Pair(
        isTarget: trial.isTarget, first: try row(trial.first),
        second: try row(trial.second))
    }
  }

  /// At most `count` pairs, of one person and of two in turn, which depend on
  /// the recordings alone and on no seed.
  ///
  /// - Throws: ``TaskError`` if nobody speaks twice, or but one person does.
  init(
    drawing count: Int, from rows: [RecordingTable.Row], split: String,
    of table: RecordingTable
  ) throws {
    let people = Dictionary(grouping: rows) {
      $0.values["speaker", default: ""]
    }
    .sorted { $0.key < $1.key }.map(\.value)
    let able = people.indices.filter { people[$0].count > 1 }
    guard people.count > 1, !able.isEmpty else {
      throw TaskError.corruptData(
        "\(table.path): the split '\(split)' needs two speakers, one of them "
          + "with two recordings, and has \(people.count) speakers with "
          + "\(rows.count) recordings. Name pairs with --data-trials.")
    }
    var draws = 0
    func draw(below bound: Int) -> Int {
      defer { draws += 1 }
      return Int(
        Digest.sha1("\(split) \(draws)").remainder(bits: 48)
          % UInt64(max(bound, 1)))
    }
    /// Two different numbers below `bound`.
    func two(below bound: Int) -> (Int, Int) {
      let first = draw(below: bound)
      let second = draw(below: bound - 1)
      return (first, second < first ? second : second + 1)
    }
    var pairs: [Pair] = []
    var seen: Set<String> = []
    for attempt in 0..<2 * count where pairs.count < count {
      let pair: Pair
      if attempt.isMultiple(of: 2) {
        let own = people[able[draw(below: able.count)]]
        let (one, other) = two(below: own.count)
        pair = Pair(isTarget: true, first: own[one], second: own[other])
      } else {
        let (one, other) = two(below: people.count)
        pair = Pair(
          isTarget: false, first: people[one][draw(below: people[one].count)],
          second: people[other][draw(below: people[other].count)])
      }
      let ids = [pair.first.id, pair.second.id].sorted()
      if seen.insert(ids.joined(separator: "\n")).inserted {
        pairs.append(pair)
      }
    }
    self.pairs = pairs
  }
}
