/// The equal error rate of verification trials, each of which rests on two
/// groups: the speakers of its two sides.
///
/// A trial counts as often as both of them were drawn, and one of a speaker
/// with himself as often as he was.
package struct EqualErrorFigure: ResampledFigure {
  package struct Trial: Equatable, Sendable {
    package var score: Double
    package var isTarget: Bool
    package var groups: (Int, Int)

    package init(score: Double, isTarget: Bool, groups: (Int, Int)) {
      self.score = score
      self.isTarget = isTarget
      self.groups = groups
    }

    package static func == (a: Trial, b: Trial) -> Bool {
      a.score == b.score && a.isTarget == b.isTarget && a.groups == b.groups
    }
  }

  package let strata: [Int]
  /// The highest score first.
  package let trials: [Trial]

  /// Of speakers; trials that are groups of their own are many.
  package var intervalMethod: IntervalMethod {
    groups < trials.count
      ? .studentized(isRate: true, isFlattered: false) : .percentiles
  }

  package init(trials: [Trial], groups: Int) {
    strata = [groups]
    self.trials = trials.sorted { $0.score > $1.score }
  }

  package func value(_ counts: [Int]) -> Double? {
    var targets = 0
    var others = 0
    let weights = trials.map { trial in
      let (a, b) = trial.groups
      let weight = a == b ? counts[a] : counts[a] * counts[b]
      if trial.isTarget { targets += weight } else { others += weight }
      return weight
    }
    guard targets > 0, others > 0 else { return nil }
    var (falses, trues) = (0, 0)
    var gap = 1.0
    var falseRate = 0.0
    for (i, trial) in trials.enumerated() {
      if trial.isTarget { trues += weights[i] } else { falses += weights[i] }
      if i + 1 < trials.count, trials[i + 1].score == trial.score { continue }
      let nextFalse = Double(falses) / Double(others)
      let nextTrue = Double(trues) / Double(targets)
      let nextGap = 1 - nextFalse - nextTrue
      if nextGap <= 0 {
        // Between the two points the curve is a straight line.
        let part = gap == nextGap ? 1 : gap / (gap - nextGap)
        return falseRate + part * (nextFalse - falseRate)
      }
      (falseRate, gap) = (nextFalse, nextGap)
    }
    return falseRate
  }
}
