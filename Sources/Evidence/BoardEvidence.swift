import Foundation
import Leaderboard
import Records
import Statistics

/// The evidence of every cell of a leaderboard, and which of them are not
/// told apart from the best of their column.
package struct BoardEvidence: Sendable {
  /// How a cell stands to the best of its task under the same conditions.
  package struct Standing: Sendable, Equatable {
    /// The best's upstream.
    package var best: String
    /// After Holm, over all comparisons of the board.
    package var p: Double
    /// Not told apart from the best at 5 %.
    package var isLevel: Bool { p >= 0.05 }
  }

  /// By the entry's path.
  package private(set) var cells: [String: CellEvidence] = [:]
  package private(set) var standings: [String: Standing] = [:]

  /// - Parameters:
  ///   - runs: the folder that the board was collected from.
  ///   - compares: whether cells are compared with the best.
  package init(
    _ board: Leaderboard, runs: String, compares: Bool = true
  ) {
    let done = board.entries.filter { $0.result.status == .done }
    func folder(_ entry: Leaderboard.Entry) -> String {
      ((runs + "/" + entry.path) as NSString).deletingLastPathComponent
    }
    for entry in done {
      cells[entry.path] = CellEvidence(of: entry.result, in: folder(entry))
    }
    guard compares else { return }
    var compared: [(path: String, best: String, p: Double)] = []
    let columns = Dictionary(grouping: done) { entry in
      let result = entry.result
      let limit = result.limit.map(String.init) ?? "-"
      return "\(result.task.id) \(result.profile.rawValue) \(limit) "
        + "\(result.fineTuning != nil)"
    }
    for (_, entries) in columns.sorted(by: { $0.key < $1.key }) {
      let answers = entries.compactMap { entry in
        entry.result.primaryMetric.flatMap {
          ScoredAnswers(
            $0, of: KeptPredictions(of: entry.result, in: folder(entry)))
        }.map { (entry, $0) }
      }
      // The best by figure; of equals the first by name.
      guard answers.count > 1,
        let best = answers.min(by: { a, b in
          let (x, y) = (a.1.metric.value, b.1.metric.value)
          if x == y {
            return a.0.result.upstream.name < b.0.result.upstream.name
          }
          return a.1.metric.higherIsBetter ? x > y : x < y
        })
      else { continue }
      for (entry, own) in answers where entry.path != best.0.path {
        guard let p = Comparison.p(best.1, own) else { continue }
        compared.append((entry.path, best.0.result.upstream.name, p))
      }
    }
    let adjusted = Holm.adjusted(compared.map(\.p))
    for (comparison, p) in zip(compared, adjusted) {
      standings[comparison.path] = Standing(best: comparison.best, p: p)
    }
  }
}
