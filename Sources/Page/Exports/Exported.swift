import Evidence
import Foundation
import Leaderboard
import Records

/// A leaderboard in the forms that others read.
package struct Exported {
  let leaderboard: Leaderboard
  let runs: String
  let taskOrder: [String]

  /// - Parameter runs: the folder that it was collected from.
  package init(
    _ leaderboard: Leaderboard, runs: String,
    taskOrder: [String] = []
  ) {
    self.leaderboard = leaderboard
    self.runs = runs
    self.taskOrder = taskOrder
  }

  func folder(of entry: Leaderboard.Entry) -> String {
    ((runs + "/" + entry.path) as NSString).deletingLastPathComponent
  }

  /// Whole runs of a frozen upstream, which are what others compare: by task
  /// id, the ones that have ended well.
  func ranked(_ upstream: String) -> [Leaderboard.Entry] {
    leaderboard.entries.filter {
      let result = $0.result
      return result.upstream.name == upstream && result.status == .done
        && result.profile.isRanked && result.limit == nil
        && result.fineTuning == nil
    }
  }

  /// A string as YAML and JSON read it.
  static func quoted(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    return (try? encoder.encode(text)).map {
      String(decoding: $0, as: UTF8.self)
    }
      ?? "\"\""
  }

  /// In the unit that the leaderboard shows.
  static func shown(
    _ value: Double, _ metric: ExperimentResult.Metric
  ) -> String {
    String(format: "%.6g", metric.unit.shown(value) ?? .nan)
  }
}
