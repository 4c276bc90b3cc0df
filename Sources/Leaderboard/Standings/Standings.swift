/// All that a format shows, in the order in which it is shown.
struct Standings: Equatable {
  var sections: [Section]
  /// The long form of the same entries.
  var measurements: [Measurement]
  var notes: [Leaderboard.Note]

  static let emptyMessage = "No results yet: 'superb run' makes some."

  var isEmpty: Bool { sections.isEmpty }

  init(
    _ leaderboard: Leaderboard, taskOrder: [String],
    metrics: Leaderboard.Metrics, score: ScoreAnchors?
  ) {
    let groups = Dictionary(grouping: leaderboard.entries) {
      Condition($0.result)
    }
    sections = groups.sorted { $0.key < $1.key }.map {
      Section(
        $0.key, entries: $0.value, taskOrder: taskOrder, metrics: metrics,
        score: score)
    }
    measurements = leaderboard.entries.flatMap(Measurement.all)
    notes = leaderboard.notes
  }

  /// One line for each file that could not be used.
  var noteLines: [String] {
    notes.map { "Not read: \($0.file): \($0.reason)" }
  }
}
