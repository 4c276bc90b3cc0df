/// What a detector can do at every threshold: from refusing all trials,
/// (0, 0), to accepting all, (1, 1).
public struct ROCCurve: Equatable, Sendable {
  /// Accepted non-targets over all non-targets, ascending.
  public let falsePositiveRates: [Double]
  /// Accepted targets over all targets, ascending.
  public let truePositiveRates: [Double]
  /// A trial is accepted if its score is at least this; descending from +∞.
  public let thresholds: [Double]

  /// Builds the curve as scikit-learn's `roc_curve` does: one point for each
  /// distinct score, and of several equal steps in a row only the ends.
  ///
  /// - Throws: ``MetricError`` if the counts differ, a score is not finite, or
  ///   there is no target or no non-target.
  public init(scores: [Double], isTarget: [Bool]) throws(MetricError) {
    guard scores.count == isTarget.count else {
      throw MetricError(
        "\(scores.count) scores for \(isTarget.count) labels", in: .scores)
    }
    if let bad = scores.firstIndex(where: { !$0.isFinite }) {
      throw MetricError("score \(bad + 1) is not finite", in: .scores)
    }
    let targets = isTarget.count { $0 }
    let others = isTarget.count - targets
    guard targets > 0, others > 0 else {
      throw MetricError(
        "\(targets) targets and \(others) non-targets: both are needed",
        in: .trials)
    }

    let order = zip(scores, isTarget).sorted { $0.0 > $1.0 }
    var steps: [(score: Double, falses: Int, trues: Int)] = []
    var falses = 0
    var trues = 0
    for (index, trial) in order.enumerated() {
      if trial.1 { trues += 1 } else { falses += 1 }
      let isLast = index + 1 == order.count
      if isLast || order[index + 1].0 != trial.0 {
        steps.append((trial.0, falses, trues))
      }
    }
    let kept = steps.indices.filter { i in
      guard i > 0, i + 1 < steps.count else { return true }
      let (a, b, c) = (steps[i - 1], steps[i], steps[i + 1])
      return a.falses + c.falses != 2 * b.falses
        || a.trues + c.trues != 2 * b.trues
    }
    falsePositiveRates =
      [0] + kept.map { Double(steps[$0].falses) / Double(others) }
    truePositiveRates =
      [0] + kept.map { Double(steps[$0].trues) / Double(targets) }
    thresholds = [.infinity] + kept.map { steps[$0].score }
  }
}

extension ROCCurve {
  /// Where as many targets are refused as non-targets are accepted.
  public struct EqualError: Equatable, Sendable {
    /// As a fraction.
    public var rate: Double
    /// The score there, interpolated like the rate.
    public var threshold: Double
  }

  /// The root of 1 − x − tpr(x), with straight lines between the points.
  ///
  /// That function falls all along the curve, so its only change of sign is
  /// on one segment, where the root is a division; no iteration is needed.
  public var equalError: EqualError {
    func gap(_ i: Int) -> Double {
      1 - falsePositiveRates[i] - truePositiveRates[i]
    }
    // The last point is (1, 1), whose gap is −1, and the first's is 1.
    let after = falsePositiveRates.indices.first { gap($0) <= 0 } ?? 1
    let before = after - 1
    let part = gap(before) / (gap(before) - gap(after))
    func between(_ values: [Double]) -> Double {
      values[before] + part * (values[after] - values[before])
    }
    return EqualError(
      rate: between(falsePositiveRates),
      threshold: thresholds[before].isInfinite
        ? thresholds[after] : between(thresholds))
  }

  /// The lowest detection cost of any threshold, as in NIST's speaker
  /// recognition evaluations: c_miss · p · miss + c_fa · (1 − p) · fa, over
  /// the cost of the better of refusing all and accepting all.
  ///
  /// - Parameters:
  ///   - prior: How likely a target is, p, between 0 and 1, both excluded.
  ///   - missCost: Of refusing a target, positive.
  ///   - falseAlarmCost: Of accepting a non-target, positive.
  /// - Throws: ``MetricError`` for parameters outside their ranges.
  public func minimumDetectionCost(
    prior: Double = 0.05, missCost: Double = 1, falseAlarmCost: Double = 1
  ) throws(MetricError) -> Double {
    guard prior > 0, prior < 1 else {
      throw MetricError("the prior \(prior) is not between 0 and 1")
    }
    guard missCost > 0, falseAlarmCost > 0, missCost.isFinite,
      falseAlarmCost.isFinite
    else {
      throw MetricError(
        "the costs \(missCost) and \(falseAlarmCost)"
          + " are not both positive")
    }
    let miss = missCost * prior
    let falseAlarm = falseAlarmCost * (1 - prior)
    // Of a straight line's points one of the ends is the cheapest, so that
    // the points left out of the curve change nothing.
    let cheapest = zip(falsePositiveRates, truePositiveRates)
      .map { miss * (1 - $1) + falseAlarm * $0 }
      .reduce(.infinity, min)
    return cheapest / min(miss, falseAlarm)
  }
}
