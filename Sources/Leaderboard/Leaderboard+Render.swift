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

  /// What is shown, and for which screen.
  package struct RenderOptions: Sendable {
    /// Bold for the best figures of ``Format/table``.
    package var ansi: Bool
    /// Columns of the screen; wider tables are cut into several. Concerns
    /// ``Format/table`` alone.
    package var width: Int?
    /// Tasks in the order of their columns; tasks not named follow by id.
    package var taskOrder: [String]
    /// Concerns tables and pages; records of single figures have them all.
    package var metrics: Metrics
    /// Shows superb_s over these anchors. It means something only for
    /// numbers made on the anchors' own corpora.
    package var score: ScoreAnchors?

    package init(
      ansi: Bool = false, width: Int? = nil, taskOrder: [String] = [],
      metrics: Metrics = .all, score: ScoreAnchors? = nil
    ) {
      self.ansi = ansi
      self.width = width
      self.taskOrder = taskOrder
      self.metrics = metrics
      self.score = score
    }
  }

  /// The leaderboard as text, ending with a newline. The same results and
  /// options give the same bytes.
  ///
  /// CSV has no place for ``notes``; a caller shows them itself.
  package func render(
    _ format: Format, options: RenderOptions = RenderOptions()
  ) throws -> String {
    let standings = Standings(
      self, taskOrder: options.taskOrder, metrics: options.metrics,
      score: options.score)
    switch format {
    case .table:
      return standings.table(ansi: options.ansi, width: options.width)
    case .markdown: return standings.markdown()
    case .csv: return standings.csv()
    case .json: return try standings.json()
    case .latex: return standings.latex()
    }
  }
}
