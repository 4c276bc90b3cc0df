import Records

/// How hard the runs tried. Numbers made under different conditions are not
/// comparable.
struct Condition: Hashable, Comparable {
  var profile: ExperimentProfile
  /// Utterances per split at most.
  var limit: Int?
  /// Whether the upstream was trained, too.
  var isFineTuned: Bool
  /// The share of each evaluation split that was heard; nil for all of it.
  var share: Double?

  init(_ result: ExperimentResult) {
    profile = result.profile
    limit = result.limit
    isFineTuned = result.fineTuning != nil
    share = result.evaluationShare
  }

  /// Only whole runs with the protocol's own settings are ranked.
  var isRanked: Bool {
    profile.isRanked && limit == nil && !isFineTuned && share == nil
  }

  /// What stands above the section.
  var heading: String {
    if isRanked { return "Leaderboard" }
    var text = "Not ranked: profile \(profile.rawValue)"
    if let limit {
      text += ", at most \(limit) utterance\(limit == 1 ? "" : "s") per split"
    }
    if let share { text += ", \(share) of each evaluation split" }
    return isFineTuned ? text + ", upstream fine-tuned" : text
  }

  /// The ranked one first, then unlimited ones, then by limit, largest first.
  static func < (a: Condition, b: Condition) -> Bool {
    if a.isRanked != b.isRanked { return a.isRanked }
    if a.limit != b.limit { return (a.limit ?? .max) > (b.limit ?? .max) }
    if a.share != b.share { return (a.share ?? 1) > (b.share ?? 1) }
    if a.isFineTuned != b.isFineTuned { return b.isFineTuned }
    return a.profile.rawValue < b.profile.rawValue
  }
}
