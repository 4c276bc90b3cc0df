extension Leaderboard {
  /// How a leaderboard is written.
  package enum Format: String, CaseIterable, Sendable {
    /// Aligned text for a terminal.
    case table
    /// Tables as GitHub renders them.
    case markdown
    /// RFC 4180; one record per figure.
    case csv
    /// The table and, as ``csv``, one record per figure.
    case json
    /// A `table` environment for the package booktabs.
    case latex
  }

  /// Which figures of a task are shown.
  package enum Metrics: String, CaseIterable, Sendable {
    /// The one it is ranked by.
    case primary
    /// Every one on the split of the primary one.
    case all
  }

  /// A sign behind the ranking figures of some cells, and what it means.
  package struct Marks: Equatable, Sendable {
    package var sign: String
    /// Below every table that has the sign.
    package var meaning: String
    /// The entries' paths.
    package var paths: Set<String>

    package init(sign: String, meaning: String, paths: Set<String>) {
      self.sign = sign
      self.meaning = meaning
      self.paths = paths
    }
  }

  /// The leaderboard as text, ending with a newline. The same results and
  /// options give the same bytes.
  ///
  /// CSV has no place for ``notes``; a caller shows them itself.
  ///
  /// - Parameters:
  ///   - ansi: bold for the best figures of ``Format/table``.
  ///   - width: columns of the screen; wider tables are cut into several.
  ///     Concerns ``Format/table`` alone.
  ///   - taskOrder: tasks in the order of their columns; tasks not named
  ///     follow by id.
  ///   - metrics: concerns tables and pages; records of single figures have
  ///     them all.
  ///   - score: shows superb_s over these anchors. It means something only
  ///     for numbers made on the anchors' own corpora.
  ///   - marks: concerns tables alone.
  package func render(
    _ format: Format, ansi: Bool = false, width: Int? = nil,
    taskOrder: [String] = [], metrics: Metrics = .all,
    score: ScoreAnchors? = nil, marks: Marks? = nil
  ) throws -> String {
    var standings = Standings(
      self, taskOrder: taskOrder, metrics: metrics, score: score)
    if let marks {
      for i in standings.sections.indices { standings.sections[i].add(marks) }
    }
    switch format {
    case .table: return standings.table(ansi: ansi, width: width)
    case .markdown: return standings.markdown()
    case .csv: return standings.csv()
    case .json: return try standings.json()
    case .latex: return standings.latex()
    }
  }
}
