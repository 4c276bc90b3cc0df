import Harness

extension Leaderboard {
  /// How a leaderboard is written.
  public enum Format: String, CaseIterable, Sendable {
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
    /// One page that needs no other file.
    case html
  }

  /// What is shown, and for which screen.
  public struct RenderOptions: Sendable {
    /// Bold for the best figures of ``Format/table``.
    public var ansi: Bool
    /// Columns of the screen; wider tables are cut into several. Concerns
    /// ``Format/table`` alone.
    public var width: Int?
    /// Tasks in the order of their columns; tasks not named follow by id.
    public var taskOrder: [String]
    /// Shows superb_s over these anchors. It means something only for
    /// numbers made on the anchors' own corpora.
    public var score: ScoreAnchors?

    public init(
      ansi: Bool = false, width: Int? = nil, taskOrder: [String] = [],
      score: ScoreAnchors? = nil
    ) {
      self.ansi = ansi
      self.width = width
      self.taskOrder = taskOrder
      self.score = score
    }
  }

  /// The leaderboard as text, ending with a newline. The same results and
  /// options give the same bytes.
  ///
  /// CSV has no place for ``notes``; a caller shows them itself.
  public func render(
    _ format: Format, options: RenderOptions = RenderOptions()
  ) throws -> String {
    let standings = Standings(
      self, taskOrder: options.taskOrder, score: options.score)
    switch format {
    case .table:
      return standings.table(ansi: options.ansi, width: options.width)
    case .markdown: return standings.markdown()
    case .csv: return standings.csv()
    case .json: return try standings.json()
    case .latex: return standings.latex()
    case .html: return try standings.html()
    }
  }
}
