/// Where a figure of other utterances of the same kind is to be expected.
package struct Interval: Equatable, Sendable, Codable {
  package var low: Double
  package var high: Double

  package init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  /// Of a share of `count` independent trials after Clopper and Pearson:
  /// never narrower than it says.
  package static func share(
    _ successes: Double, of count: Double, level: Double = 0.95
  ) -> Interval {
    let tail = (1 - level) / 2
    return Interval(
      low: successes == 0
        ? 0
        : BetaDistribution.quantile(tail, successes, count - successes + 1),
      high: successes == count
        ? 1
        : BetaDistribution.quantile(
          1 - tail, successes + 1, count - successes))
  }

  /// Of a share after Wilson: on average as wide as it says.
  package static func wilson(
    _ successes: Double, of count: Double, level: Double = 0.95
  ) -> Interval {
    let z = NormalDistribution.quantile(1 - (1 - level) / 2)
    let share = successes / count
    let scale = 1 + z * z / count
    let middle = (share + z * z / (2 * count)) / scale
    let half =
      z / scale
      * (share * (1 - share) / count + z * z / (4 * count * count))
      .squareRoot()
    return Interval(low: max(0, middle - half), high: min(1, middle + half))
  }
}
