/// A figure that can be had for any multiple of the groups that it rests on:
/// speakers, conversations, utterances.
package protocol ResampledFigure: Sendable {
  /// How many groups each stratum has, such as a fold; groups are numbered
  /// through. Strata are drawn from apart.
  var strata: [Int] { get }

  /// The figure where each group stands so many times; nil if it has no
  /// meaning then.
  func value(_ counts: [Int]) -> Double?
}

extension ResampledFigure {
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
