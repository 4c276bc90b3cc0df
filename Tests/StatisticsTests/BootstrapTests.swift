import Foundation
import Testing

@testable import Statistics

@Suite struct BootstrapTests {
  static let words: [Double] = [10, 8, 9, 12, 7, 10, 11, 13, 9, 10]
  static let errors = RatioFigure(
    counted: [2, 1, 0, 3, 1, 0, 2, 4, 1, 1], possible: words)

  /// SciPy's percentiles of these are 0.0860 and 0.2130; ours are as much
  /// further out as ten groups ask for.
  @Test func intervalIsALittleWiderThanSciPys() throws {
    let interval = try #require(
      Bootstrap(resamples: 4000).interval(of: Self.errors))
    #expect((0.060...0.086).contains(interval.low))
    #expect((0.213...0.245).contains(interval.high))
  }

  @Test func sameSeedSameInterval() {
    let one = Bootstrap().interval(of: Self.errors)
    #expect(one == Bootstrap().interval(of: Self.errors))
    #expect(one != Bootstrap(seed: 7).interval(of: Self.errors))
  }

  @Test func aShareOfUtterancesHasWilsonsInterval() {
    let right = [Double](repeating: 1, count: 296)
    let figure = RatioFigure(
      counted: right + [Double](repeating: 0, count: 12),
      possible: [Double](repeating: 1, count: 308))
    #expect(Bootstrap().interval(of: figure) == .wilson(296, of: 308))
  }

  /// The jackknife of a mean is s / √n.
  @Test func studentsIntervalOfAMeanIsTheTextbooks() throws {
    let values = [0.2, 0.5, 0.1, 0.9, 0.4]
    let figure = RatioFigure(
      counted: values, possible: [Double](repeating: 1, count: 5))
    let interval = try #require(
      Bootstrap().studentized(figure, .plain, 0.42))
    let deviation = 0.311_448_230_0
    let reach = 2.776_445_105 * deviation / 5.0.squareRoot()
    #expect(abs(interval.low - (0.42 - reach)) < 1e-6)
    #expect(abs(interval.high - (0.42 + reach)) < 1e-6)
  }

  @Test func oneGroupHasNoInterval() {
    let figure = RatioFigure(counted: [1], possible: [2])
    #expect(Bootstrap().interval(of: figure) == nil)
  }

  /// A mean over folds, each drawn from apart.
  @Test func strataAreAveraged() {
    let figure = RatioFigure(
      counted: [1, 1, 0, 4], possible: [1, 1, 2, 4], strata: [2, 2])
    let mean: Double = (1 + 4.0 / 6) / 2
    #expect(figure.value == mean)
  }

  @Test func aDifferenceWithItselfIsNone() throws {
    let same = try #require(Bootstrap().difference(Self.errors, Self.errors))
    #expect(same.value == 0)
    #expect(same.p == 1)
    #expect(same.interval == Interval(low: 0, high: 0))
  }

  /// 25 speakers of unequal rates: how often the interval of a test set holds
  /// the rate that all of them come from.
  @Test func intervalsHoldWhatTheySay() {
    let isLong = ProcessInfo.processInfo.environment["SUPERB_TEST_LONG"] == "1"
    let rounds = isLong ? 2000 : 150
    var numbers = SeededNumbers(seed: 3)
    var held = 0
    for round in 0..<rounds {
      var counted: [Double] = []
      var possible: [Double] = []
      for _ in 0..<25 {
        let rate = 0.1 + 0.2 * Double(numbers.below(1000)) / 1000
        let words = 40 + numbers.below(40)
        let wrong = (0..<words).count { _ in
          Double(numbers.below(1_000_000)) < rate * 1e6
        }
        counted.append(Double(wrong))
        possible.append(Double(words))
      }
      let interval = Bootstrap(resamples: 300, seed: UInt64(round))
        .interval(of: RatioFigure(counted: counted, possible: possible))
      if let interval, interval.low <= 0.19995, interval.high >= 0.19995 {
        held += 1
      }
    }
    let share = Double(held) / Double(rounds)
    let expected = isLong ? 0.93...0.97 : 0.89...0.99
    #expect(expected.contains(share), "\(share)")
  }
}
