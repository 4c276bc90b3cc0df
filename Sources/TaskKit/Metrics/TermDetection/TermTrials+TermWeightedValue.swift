extension TermTrials {
  /// A term-weighted value and the threshold that gives it.
  public struct WeightedValue: Equatable, Sendable {
    /// The term-weighted value, 1 at best; below 0 where false alarms abound.
    public var value: Double
    /// Scores from here on are accepted; nil if accepting nothing is best.
    public var threshold: Double?
  }

  /// What a false alarm weighs, beside a miss that weighs 1:
  /// c_fa · (1 − p) / (c_miss · p).
  public static func beta(
    prior: Double, missCost: Double, falseAlarmCost: Double
  ) -> Double {
    falseAlarmCost * (1 - prior) / (missCost * prior)
  }

  /// QUESST 2014's: p = 0.0008, c_miss = 100, c_fa = 1 give 12.49.
  public static let quesstBeta = beta(
    prior: 0.0008, missCost: 100, falseAlarmCost: 1)

  /// The term-weighted value (NIST's 2006 evaluation of spoken term
  /// detection) of the decisions:
  ///
  ///     1 − mean over terms of (P_miss + β · P_fa)
  ///
  /// P_miss is the share of a term's documents that were refused, P_fa that
  /// of the other documents that were accepted, 0 where there are none.
  public func actualTermWeightedValue(beta: Double) -> Double {
    trials.reduce(0) { $1.isAccepted ? $0 + worth($1, beta) : $0 }
  }

  /// The highest value that any one threshold for all terms gives; 0, that
  /// of accepting nothing, at least.
  public func maximumTermWeightedValue(beta: Double) -> WeightedValue {
    var best = WeightedValue(value: 0, threshold: nil)
    var value = 0.0
    for (index, trial) in trials.enumerated() {
      value += worth(trial, beta)
      let isLast =
        index + 1 == trials.count || trials[index + 1].score != trial.score
      if isLast, value > best.value {
        best = WeightedValue(value: value, threshold: trial.score)
      }
    }
    return best
  }

  /// What accepting trials adds to the value. Accepting none is worth 0:
  /// every P_miss is then 1.
  private func worth(_ trial: Trial, _ beta: Double) -> Double {
    let share =
      trial.isTarget
      ? Double(trial.count) / Double(targets[trial.term])
      : -beta * Double(trial.count) / Double(others[trial.term])
    return share / Double(termCount)
  }
}
