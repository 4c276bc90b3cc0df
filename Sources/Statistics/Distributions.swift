import Foundation

/// The normal distribution with mean 0 and deviation 1.
package enum NormalDistribution {
  /// The probability of a value up to `x`.
  package static func cumulative(_ x: Double) -> Double {
    0.5 * erfc(-x / 2.0.squareRoot())
  }

  /// The value that is not exceeded with probability `p`, 0 … 1; infinite at
  /// the ends.
  package static func quantile(_ p: Double) -> Double {
    guard p > 0 else { return -.infinity }
    guard p < 1 else { return .infinity }
    return bisect(-40...40) { cumulative($0) < p }
  }
}

/// Student's t.
package enum StudentDistribution {
  package static func cumulative(_ t: Double, freedom: Double) -> Double {
    let tail = BetaDistribution.cumulative(
      freedom / (freedom + t * t), freedom / 2, 0.5)
    return t > 0 ? 1 - tail / 2 : tail / 2
  }

  package static func quantile(_ p: Double, freedom: Double) -> Double {
    bisect(-1e4...1e4) { cumulative($0, freedom: freedom) < p }
  }
}

/// The beta distribution on 0 … 1.
package enum BetaDistribution {
  /// The regularised incomplete beta function I_x(a, b), by the continued
  /// fraction of Abramowitz and Stegun 26.5.8, evaluated after Lentz.
  package static func cumulative(
    _ x: Double, _ a: Double, _ b: Double
  ) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    // The fraction converges fast below the mean; above it the other tail's.
    guard x <= (a + 1) / (a + b + 2) else { return 1 - cumulative(1 - x, b, a) }
    let front = exp(
      lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    let smallest = 1e-300
    func kept(_ value: Double) -> Double {
      abs(value) < smallest ? smallest : value
    }
    var numerator = 1.0
    var denominator = 1 / kept(1 - (a + b) * x / (a + 1))
    var value = denominator
    for step in 1...1000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      let odd =
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      var change = 1.0
      for term in [even, odd] {
        denominator = 1 / kept(1 + term * denominator)
        numerator = kept(1 + term / numerator)
        change = denominator * numerator
        value *= change
      }
      if abs(change - 1) < 1e-15 { break }
    }
    return front * value / a
  }

  package static func quantile(
    _ p: Double, _ a: Double, _ b: Double
  ) -> Double {
    bisect(0...1) { cumulative($0, a, b) < p }
  }
}

/// Where `isBelow` turns from true to false.
private func bisect(
  _ range: ClosedRange<Double>, _ isBelow: (Double) -> Bool
) -> Double {
  var (low, high) = (range.lowerBound, range.upperBound)
  for _ in 0..<200 {
    let middle = low + (high - low) / 2
    if middle == low || middle == high { break }
    if isBelow(middle) { low = middle } else { high = middle }
  }
  return low + (high - low) / 2
}
