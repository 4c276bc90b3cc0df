import Configuration
import Diagnostics
import Tensors

extension Experiment {
  /// Throws if the upstream that bears the name today is another than the
  /// experiment was made with.
  ///
  /// - Parameter digest: of today's.
  package func checkUpstream(_ digest: String) throws {
    guard digest != upstreamDigest else { return }
    throw UserError(
      "the upstream '\(upstream)' is not the one that the experiment was made"
        + " with: its digest is \(digest.prefix(12)), and was"
        + " \(upstreamDigest.prefix(12))",
      fix: "bring back its weights, features or source, run the experiment"
        + " again, or say --other-upstream if that is what you want")
  }

  /// Whether evaluations of this experiment give what those of `other` give
  /// for the same weights, as far as the corpora are the same.
  package func evaluates(as other: Experiment) throws -> Bool {
    func identity(_ one: Experiment) throws -> [String] {
      let (config, runner) = (one.config.value, one.config.settings)
      return [
        one.upstreamDigest, one.libraryDigest, one.numerics ?? "",
        "\(one.task.id) \(one.task.version)", one.fold ?? "",
        try config.value(at: TaskConfiguration.expertSection)?.json() ?? "",
        "\(runner.evalSplits) \(runner.evaluateRatio)",
        "\(one.feature)", one.limit.map(String.init) ?? "",
      ]
    }
    return try identity(self) == identity(other)
  }

  /// Why a result of `other`, which the user would take for one of this, is
  /// none: what has changed although nobody asked for it. Empty if nothing
  /// has; nil if the user has asked for something else.
  package func staleness(of other: Experiment) -> [String]? {
    var same = other
    (same.numerics, same.upstreamDigest) = (numerics, upstreamDigest)
    (same.libraryDigest, same.task.version) = (libraryDigest, task.version)
    guard continues(same) else { return nil }
    var reasons: [String] = []
    if other.numerics != numerics {
      reasons.append(
        "this superb computes other numbers (revision"
          + " \(numerics ?? "unknown"), that was"
          + " \(other.numerics ?? "before there were revisions"))")
    }
    if other.task.version != task.version {
      reasons.append(
        "the task is of version \(task.version), that was"
          + " \(other.task.version)")
    } else if other.libraryDigest != libraryDigest {
      reasons.append("the task's sources have changed")
    }
    if other.upstreamDigest != upstreamDigest {
      reasons.append("the upstream's weights or sources have changed")
    }
    return reasons
  }
}
