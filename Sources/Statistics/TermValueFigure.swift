/// The maximum term-weighted value of a search, over terms as groups.
///
/// The best threshold is one of the targets' scores, since every other lets
/// more false alarms in and no target. Of more than 400 of these every so
/// many is tried.
package struct TermValueFigure: ResampledFigure {
  /// One term's trials.
  package struct Term: Sendable {
    package var targets: [Double]
    package var others: [Double]
    /// With those that have no score, which no threshold accepts.
    package var targetCount: Int
    package var otherCount: Int

    /// - Parameters:
    ///   - targetCount: as many as there are scores, if nil.
    ///   - otherCount: the same.
    package init(
      targets: [Double], others: [Double], targetCount: Int? = nil,
      otherCount: Int? = nil
    ) {
      self.targets = targets
      self.others = others
      self.targetCount = targetCount ?? targets.count
      self.otherCount = otherCount ?? others.count
    }
  }

  package let strata: [Int]
  /// What each term is worth at each threshold: [thresholds][terms].
  private let worths: [[Double]]

  /// - Parameters:
  ///   - terms: each with one target at least.
  ///   - beta: what a false alarm weighs beside a miss.
  package init(terms: [Term], beta: Double, thresholds limit: Int = 400) {
    strata = [terms.count]
    let scores = Set(terms.flatMap(\.targets)).sorted()
    let step = max(1, (scores.count + limit - 1) / limit)
    let thresholds = stride(from: 0, to: scores.count, by: step)
      .map { scores[$0] }
    var worths = [[Double]](
      repeating: [Double](repeating: 0, count: terms.count),
      count: thresholds.count)
    for (t, term) in terms.enumerated() {
      let targets = term.targets.sorted()
      let others = term.others.sorted()
      var (lower, lowerOthers) = (0, 0)
      for (k, threshold) in thresholds.enumerated() {
        while lower < targets.count, targets[lower] < threshold { lower += 1 }
        while lowerOthers < others.count, others[lowerOthers] < threshold {
          lowerOthers += 1
        }
        let found = Double(targets.count - lower) / Double(term.targetCount)
        let alarms =
          others.isEmpty
          ? 0 : Double(others.count - lowerOthers) / Double(term.otherCount)
        worths[k][t] = found - beta * alarms
      }
    }
    self.worths = worths
  }

  /// It is the best over thresholds.
  package var intervalMethod: IntervalMethod {
    .studentized(isRate: false, isFlattered: true)
  }

  package func value(_ counts: [Int]) -> Double? {
    let total = counts.reduce(0, +)
    guard total > 0 else { return nil }
    // Accepting nothing is worth 0.
    var best = 0.0
    for row in worths {
      var sum = 0.0
      for t in row.indices { sum += Double(counts[t]) * row[t] }
      best = max(best, sum)
    }
    return best / Double(total)
  }
}
