import ArgumentParser
import Diagnostics
import TaskKit

/// `superb score eer`.
struct ScoreEER: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eer",
    abstract: "Equal error rate and minimum detection cost.",
    discussion: """
      With --trials, a list of lines 'label path1 path2' (label 1 for the same
      speaker, 0 for different ones), scores are lines 'path1 path2 score' or
      'name1_name2 score', a name being a path without extension and with '-'
      for '/'. Without, they are lines 'score label'.
      """)

  @Option(help: "The file with the system's scores.")
  var scores: String

  @Option(help: "The list of trials.")
  var trials: String?

  @Option(help: "For min_dcf: how likely a trial is a target.")
  var prior = 0.05

  @Option(help: "For min_dcf: the cost of refusing a target.")
  var missCost = 1.0

  @Option(help: "For min_dcf: the cost of accepting a non-target.")
  var falseAlarmCost = 1.0

  private struct Score: Encodable {
    var eer: Double
    var threshold: Double
    var minDcf: Double
    var trials: Int
    var targets: Int
    var nonTargets: Int
  }

  func run() throws {
    var files = ScoredFiles(paths: [.scores: scores])
    files.paths[.trials] = trials ?? scores
    let scored: TrialScores
    if trials == nil {
      scored = try files.read(.scores) { try TrialScores(parsing: $0) }
    } else {
      let list = try files.read(.trials) {
        try VerificationTrials(parsing: $0)
      }
      scored = try files.read(.scores) {
        try TrialScores(parsing: $0, for: list)
      }
    }
    let curve = try files.located {
      try ROCCurve(scores: scored.scores, isTarget: scored.isTarget)
    }
    let cost = try files.located {
      try curve.minimumDetectionCost(
        prior: prior, missCost: missCost, falseAlarmCost: falseAlarmCost)
    }
    let targets = scored.isTarget.count { $0 }
    try printScore(
      Score(
        eer: curve.equalError.rate, threshold: curve.equalError.threshold,
        minDcf: cost, trials: scored.scores.count, targets: targets,
        nonTargets: scored.scores.count - targets))
  }
}
