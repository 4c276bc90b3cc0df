import Evidence
import Foundation
import Leaderboard
import Records

/// The leaderboard as one file that fetches nothing: boards that sort, and
/// for every cell its curves, confusions, evidence, cost and configuration.
package struct Page {
  private let leaderboard: Leaderboard
  /// The folder that it was collected from.
  private let runs: String
  private let boards: [Board]
  private let withAudio: Bool

  /// - Parameters:
  ///   - runs: the folder that it was collected from.
  ///   - taskOrder: tasks in the order of their columns; tasks not named
  ///     follow by id.
  ///   - metrics: what the boards show.
  ///   - score: shows superb_s over these anchors.
  ///   - withAudio: worst cases can be heard; the page grows by their
  ///     recordings.
  package init(
    _ leaderboard: Leaderboard, runs: String, taskOrder: [String] = [],
    metrics: Leaderboard.Metrics = .all, score: ScoreAnchors? = nil,
    withAudio: Bool = false
  ) {
    self.leaderboard = leaderboard
    self.runs = runs
    self.withAudio = withAudio
    boards = leaderboard.boards(
      taskOrder: taskOrder, metrics: metrics, score: score)
  }

  /// The same results and options give the same bytes.
  package func html() throws -> String {
    let evidence = BoardEvidence(leaderboard, runs: runs)
    let sections = boards.enumerated().map { index, board in
      BoardSection(
        board: board, number: index + 1, evidence: evidence,
        published: .shipped)
    }
    var body = header
    if sections.isEmpty {
      body += "<p>\(Markup.escaped(Leaderboard.emptyMessage))</p>\n"
    }
    body += sections.map(\.html).joined()
    body += notes
    let audio = withAudio ? AudioFiles(folders: corpora) : nil
    for section in sections {
      body +=
        "<section><h2>Cells: \(Markup.escaped(section.board.heading))</h2>\n"
      for (index, row) in section.board.rows.enumerated() {
        for task in section.board.tasks {
          guard let entry = row.entries[task],
            let column = section.board.columns.first(where: { $0.task == task })
          else { continue }
          body += try CellSection(
            entry: entry, anchor: section.anchor(index, column),
            folder: folder(of: entry), evidence: evidence.cells[entry.path],
            standing: evidence.standings[entry.path], audio: audio
          ).html
        }
      }
      body += "</section>\n"
    }
    return PageFrame.text(body: body)
  }

  private var header: String {
    let results = leaderboard.entries.map(\.result)
    let upstreams = Set(results.map(\.upstream.name)).count
    let tasks = Set(results.map(\.task.id)).count
    let hours = results.reduce(0) { $0 + $1.cost.cpuSeconds } / 3600
    return "<header><h1>superb</h1><p>\(upstreams) upstreams, \(tasks) tasks, "
      + "\(results.count) results; \(Markup.number(hours, digits: 3)) CPU hours."
      + " A figure leads to its cell; a heading sorts.</p></header>\n"
  }

  private var notes: String {
    guard !leaderboard.notes.isEmpty else { return "" }
    return "<h2>Not read</h2>\n<ul>"
      + leaderboard.notes.map {
        "<li><code>\(Markup.escaped($0.file))</code>: "
          + "\(Markup.escaped($0.reason))</li>\n"
      }.joined() + "</ul>\n"
  }

  private func folder(of entry: Leaderboard.Entry) -> String {
    ((runs + "/" + entry.path) as NSString).deletingLastPathComponent
  }

  /// The folders of all corpora that the results were made from.
  private var corpora: [String] {
    var folders: Set<String> = []
    for entry in leaderboard.entries {
      guard case .map(let config) = entry.result.config,
        case .map(let corpora)? = config["corpora"]
      else { continue }
      for case .string(let path) in corpora.values { folders.insert(path) }
    }
    return folders.sorted()
  }
}
