import Foundation
import Leaderboard
import Records
import Statistics

/// Which cells of a leaderboard are not told apart from the cell above them.
package struct RowComparisons: Sendable {
  /// The paths of their entries, after Holm over all comparisons, at 5 %.
  package private(set) var level: Set<String> = []
  /// How many cells were compared.
  package private(set) var compared = 0
  /// Cells whose kept answers tell nothing.
  package private(set) var untold = 0

  /// - Parameters:
  ///   - boards: with their rows in the order in which they are shown.
  ///   - runs: the folder that they were collected from.
  package init(_ boards: [Board], runs: String) {
    var found: [(path: String, p: Double)] = []
    for board in boards {
      for (above, row) in zip(board.rows, board.rows.dropFirst()) {
        for task in board.tasks {
          guard let entry = row.entries[task], let other = above.entries[task],
            entry.result.status == .done, other.result.status == .done
          else { continue }
          if let own = Self.answers(of: entry, runs),
            let their = Self.answers(of: other, runs),
            let p = Comparison.p(their, own)
          {
            found.append((entry.path, p))
          } else {
            untold += 1
          }
        }
      }
    }
    compared = found.count
    for (one, p) in zip(found, Holm.adjusted(found.map(\.p))) where p >= 0.05 {
      level.insert(one.path)
    }
  }

  /// The sign for a table, with what it rests on.
  package var marks: Leaderboard.Marks {
    Leaderboard.Marks(
      sign: "≈",
      meaning: "not told apart from the row above: 5 %, after Holm over "
        + "\(compared) comparisons"
        + (untold > 0 ? "; \(untold) cells keep no answers to compare." : "."),
      paths: level)
  }

  private static func answers(
    of entry: Leaderboard.Entry, _ runs: String
  ) -> ScoredAnswers? {
    let folder = ((runs + "/" + entry.path) as NSString)
      .deletingLastPathComponent
    return entry.result.primaryMetric.flatMap {
      ScoredAnswers($0, of: KeptPredictions(of: entry.result, in: folder))
    }
  }
}
