import Foundation
import Records

/// The newest result of every upstream on every task, ready to be shown.
///
/// Results of different profiles or limits never stand in one table: each
/// pair of them is a section of its own, and only the unlimited `full` one is
/// ranked.
package struct Leaderboard: Equatable, Sendable {
  /// One cell: the newest result of its upstream, task, profile and limit,
  /// with those that differ from it in the seed alone; where they belong to a
  /// grid, those of the setting that the grid has chosen.
  package struct Entry: Equatable, Sendable {
    package var result: ExperimentResult
    /// The result file, relative to the folder that was searched.
    package var path: String
    /// How many older results of the same cell were left out.
    package var olderResults: Int
    /// The settings of the task in which those differ from this one.
    package var otherSettings: [String] = []
    /// Where there are several seeds, the results of all, by seed; the
    /// figures of ``result`` are means over them.
    package var seeds: [ExperimentResult] = []
    /// What the choice of this result leaves open.
    package var reservations: [Reservation] = []
  }

  /// A file that could not be used.
  package struct Note: Equatable, Sendable {
    /// Relative to the folder that was searched.
    package var file: String
    package var reason: String
  }

  /// By profile and limit, then upstream, then task.
  package let entries: [Entry]
  /// By file.
  package let notes: [Note]

  /// Keeps the newest of `found` for each upstream, task, profile and limit;
  /// one with the task's own settings before those with others.
  ///
  /// Of two that ended in the same instant the one with the later path is
  /// kept, so that the outcome does not depend on the order of `found`.
  package init(
    _ found: [(path: String, result: ExperimentResult)], notes: [Note] = [],
    grids: [String: GridRecord] = [:]
  ) {
    let cells = Dictionary(grouping: found) { CellKey($0.result) }
    entries =
      cells
      .sorted { $0.key < $1.key }
      .compactMap { _, candidates in
        let newest = candidates.max {
          let isOwn = ($0.result.isOwn, $1.result.isOwn)
          if isOwn.0 != isOwn.1 { return isOwn.1 }
          return ($0.result.finishTime ?? .distantPast, $0.path)
            < ($1.result.finishTime ?? .distantPast, $1.path)
        }
        return newest.map { newest in
          var entry = Entry(choosing: newest, among: candidates, grids: grids)
          entry.otherSettings = ExperimentResult.mixedSettings(
            [entry.result] + candidates.map(\.result))
          return entry
        }
      }
    self.notes = notes.sorted { ($0.file, $0.reason) < ($1.file, $1.reason) }
  }
}

/// What decides which results compete for one cell.
private struct CellKey: Hashable, Comparable {
  var condition: Condition
  var upstream: String
  var task: String

  init(_ result: ExperimentResult) {
    condition = Condition(result)
    upstream = result.rowName
    task = result.task.id
  }

  static func < (a: CellKey, b: CellKey) -> Bool {
    a.condition == b.condition
      ? (a.upstream, a.task) < (b.upstream, b.task)
      : a.condition < b.condition
  }
}

extension ExperimentResult {
  /// Whether it was made with the task's own settings.
  fileprivate var isOwn: Bool { (deviations ?? []).isEmpty }

  /// ``finishedAt`` as a time; nil if it is not ISO 8601.
  var finishTime: Date? {
    let whole = Date.ISO8601FormatStyle()
    let fractional = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    return (try? whole.parse(finishedAt)) ?? (try? fractional.parse(finishedAt))
  }
}
