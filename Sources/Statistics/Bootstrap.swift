import Foundation

/// Intervals by drawing groups again, with replacement, or as the figure's
/// ``IntervalMethod`` says.
///
/// The percentiles are taken further out than the level says, as far as
/// Student's t is wider than the normal distribution for so many groups
/// (Hesterberg 2015, "expanded percentiles"): plain ones are too narrow where
/// there are few.
package struct Bootstrap: Sendable {
  package var resamples: Int
  package var seed: UInt64
  package var level: Double

  package init(
    resamples: Int = 1000, seed: UInt64 = 1337, level: Double = 0.95
  ) {
    self.resamples = resamples
    self.seed = seed
    self.level = level
  }

  /// What came of comparing two systems on the same groups.
  package struct Difference: Equatable, Sendable {
    /// The first's figure less the second's.
    package var value: Double
    package var interval: Interval
    /// Of a difference as large as this where there is none, either way.
    package var p: Double
  }

  /// nil for fewer than two groups in a stratum, or a figure without meaning.
  package func interval(of figure: some ResampledFigure) -> Interval? {
    guard let tail = tail(of: figure.strata), let value = figure.value else {
      return nil
    }
    switch figure.intervalMethod {
    case .percentiles:
      return percentiles(draws(figure.strata) { figure.value($0) }, tail)
    case .share(let successes, let count):
      return .wilson(successes, of: count, level: level)
    case .studentized(let isRate, let isFlattered):
      let drawn = isFlattered ? draws(figure.strata) { figure.value($0) } : []
      let flattery =
        drawn.isEmpty ? 0 : drawn.reduce(0, +) / Double(drawn.count) - value
      return studentized(
        figure, isRate ? .rate : .plain, value - flattery
      ).map { Interval(low: max(0, $0.low), high: min(1, $0.high)) }
    }
  }

  /// Both figures have the same groups in the same order.
  package func difference(
    _ a: any ResampledFigure, _ b: any ResampledFigure
  ) -> Difference? {
    guard a.strata == b.strata, let tail = tail(of: a.strata),
      let first = a.value, let second = b.value
    else { return nil }
    let drawn = draws(a.strata) { counts in
      a.value(counts).flatMap { x in b.value(counts).map { x - $0 } }
    }
    let value = first - second
    guard let interval = percentiles(drawn, tail) else { return nil }
    // Around no difference, and as much wider as the interval is.
    let scale = Self.scale(of: a.strata)
    let slack = 1e-12 * max(1, abs(value))
    let extreme = drawn.count {
      abs($0 - value) * scale >= abs(value) - slack
    }
    return Difference(
      value: value, interval: interval,
      p: Double(1 + extreme) / Double(1 + drawn.count))
  }

  private func draws(
    _ strata: [Int], _ figure: ([Int]) -> Double?
  ) -> [Double] {
    var numbers = SeededNumbers(seed: seed)
    var counts = [Int](repeating: 0, count: strata.reduce(0, +))
    return (0..<resamples).compactMap { _ in
      numbers.draw(strata: strata, into: &counts)
      return figure(counts)
    }
  }

  /// √(n / (n − strata)).
  private static func scale(of strata: [Int]) -> Double {
    let groups = Double(strata.reduce(0, +))
    return (groups / (groups - Double(strata.count))).squareRoot()
  }

  private func tail(of strata: [Int]) -> Double? {
    guard !strata.isEmpty, strata.allSatisfy({ $0 > 1 }) else { return nil }
    let freedom = Double(strata.reduce(0, +) - strata.count)
    let t = StudentDistribution.quantile(
      1 - (1 - level) / 2, freedom: freedom)
    return NormalDistribution.cumulative(-t * Self.scale(of: strata))
  }

  private func percentiles(_ drawn: [Double], _ tail: Double) -> Interval? {
    guard drawn.count > resamples / 2 else { return nil }
    let sorted = drawn.sorted()
    func at(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let index = min(Int(place), sorted.count - 2)
      let part = place - Double(index)
      return sorted[index] + part * (sorted[index + 1] - sorted[index])
    }
    return Interval(low: at(tail), high: at(1 - tail))
  }
}
