/// How much of the protocol an experiment goes through: all of it, or less,
/// to see that things work or what they cost.
package enum ExperimentProfile: String, Codable, Sendable {
  /// A few utterances and steps.
  case smoke
  /// Some hundred utterances, a thousand steps.
  case dev
  case full
  /// Batches are read, and nothing is computed from them.
  case data = "dry_run"
  /// Losses and figures are computed, and nothing is learned.
  case forward = "no_optim"

  /// Whether its figures stand beside those of others.
  package var isRanked: Bool { self == .full }
}
