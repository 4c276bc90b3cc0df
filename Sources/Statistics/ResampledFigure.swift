/// A figure that can be had for any multiple of the groups that it rests on:
/// speakers, conversations, utterances.
package protocol ResampledFigure: Sendable {
  /// How many groups each stratum has, such as a fold; groups are numbered
  /// through. Strata are drawn from apart.
  var strata: [Int] { get }

  /// The figure where each group stands so many times; nil if it has no
  /// meaning then.
  func value(_ counts: [Int]) -> Double?

  /// How its interval is best had.
  var intervalMethod: IntervalMethod { get }
}

/// How an interval is made of figures of other draws.
package enum IntervalMethod: Equatable, Sendable {
  /// Between percentiles of the draws.
  case percentiles
  /// Of `successes` of `count` independent trials after Wilson, which draws
  /// are too coarse for where there are few errors.
  case share(successes: Double, count: Double)
  /// Of a figure between 0 and 1. As many standard errors to both sides as Student's t says, these by
  /// leaving out one group after the other.
  ///
  /// - isRate: of a rate near 0, on the scale of the normal distribution's
  ///   quantiles, where it is symmetric.
  /// - isFlattered: the figure is the best over something, and so better than
  ///   it would be in other draws of the same: by as much as the draws' mean is
  ///   better than it.
  case studentized(isRate: Bool, isFlattered: Bool)

  /// For readers of an interval.
  package var name: String {
    switch self {
    case .percentiles: "bootstrap"
    case .share: "Wilson"
    case .studentized: "jackknife"
    }
  }
}

extension ResampledFigure {
  package var intervalMethod: IntervalMethod { .percentiles }

  package var groups: Int { strata.reduce(0, +) }

  /// Each group once.
  package var value: Double? { value([Int](repeating: 1, count: groups)) }
}

/// A ratio of sums, as rates of errors and accuracies are: in each stratum
/// the sum of what was counted by the sum of what could be, then the mean
/// over strata.
package struct RatioFigure: ResampledFigure, Equatable {
  package let strata: [Int]
  /// By group.
  package let counted: [Double]
  package let possible: [Double]

  /// - Parameter strata: one of all groups if nil.
  package init(
    counted: [Double], possible: [Double], strata: [Int]? = nil
  ) {
    self.counted = counted
    self.possible = possible
    self.strata = strata ?? [counted.count]
  }

  package var intervalMethod: IntervalMethod {
    let isShare =
      strata.count == 1 && possible.allSatisfy { $0 == 1 }
      && counted.allSatisfy { $0 == 0 || $0 == 1 }
    return isShare
      ? .share(successes: counted.reduce(0, +), count: Double(counted.count))
      : .percentiles
  }

  package func value(_ counts: [Int]) -> Double? {
    var sum = 0.0
    var first = 0
    for size in strata {
      var (above, below) = (0.0, 0.0)
      for i in first..<first + size {
        let count = Double(counts[i])
        above += count * counted[i]
        below += count * possible[i]
      }
      guard below > 0 else { return nil }
      sum += above / below
      first += size
    }
    return sum / Double(strata.count)
  }
}
