import Foundation

extension TermTrials {
  /// The prior at which a Bayes decision weighs errors as the term-weighted
  /// value does: 1 / (1 + β), 0.0741 for QUESST 2014.
  public static func effectivePrior(beta: Double) -> Double {
    1 / (1 + beta)
  }

  /// The normalised cross entropy of scores that are taken for natural
  /// logarithms of likelihood ratios:
  ///
  ///     p · mean over targets of log2(1 + exp(−(s + logit p)))
  ///     + (1 − p) · mean over others of log2(1 + exp(s + logit p)),
  ///
  /// over the entropy of the prior p. 0 is perfect, 1 is what a score of 0
  /// for every trial gives. Both means are over all trials together.
  ///
  /// - Parameter prior: above 0 and below 1.
  public func crossEntropy(prior: Double) -> Double {
    Calibration(self, prior: prior).entropy(slope: 1, offset: 0)
  }

  /// The lowest normalised cross entropy of a · s + b over all a ≥ 0 and b:
  /// what is left when the calibration is the best affine one.
  ///
  /// The function is convex in a and b; Newton's steps, cut until they
  /// descend, find the minimum.
  public func minimumCrossEntropy(prior: Double) -> Double {
    Calibration(self, prior: prior).minimum()
  }
}

/// The cross entropy as a function of an affine map of the scores.
private struct Calibration {
  private struct Point {
    var score: Double
    var isTarget: Bool
    /// Summing to p over targets and 1 − p over the others.
    var weight: Double
  }

  private let points: [Point]
  /// logit p
  private let priorOdds: Double
  /// Of the prior, in nats.
  private let priorEntropy: Double

  init(_ trials: TermTrials, prior: Double) {
    let targets = prior / Double(trials.targetCount)
    let others = (1 - prior) / Double(trials.otherCount)
    points = trials.trials.map {
      Point(
        score: $0.score, isTarget: $0.isTarget,
        weight: Double($0.count) * ($0.isTarget ? targets : others))
    }
    priorOdds = log(prior / (1 - prior))
    priorEntropy = -prior * log(prior) - (1 - prior) * log(1 - prior)
  }

  /// log(1 + exp(x))
  private static func softplus(_ x: Double) -> Double {
    max(x, 0) + log1p(exp(-abs(x)))
  }

  func entropy(slope: Double, offset: Double) -> Double {
    let sum = points.reduce(0) { sum, point in
      let odds = slope * point.score + offset + priorOdds
      return sum + point.weight * Self.softplus(point.isTarget ? -odds : odds)
    }
    return sum / priorEntropy
  }

  func minimum() -> Double {
    // In units of their own spread, scores of any kind are well conditioned.
    let mean = points.reduce(0) { $0 + $1.weight * $1.score }
    let variance = points.reduce(0) {
      $0 + $1.weight * ($1.score - mean) * ($1.score - mean)
    }
    guard variance > 0 else { return 1 }
    let unit = 1 / variance.squareRoot()
    func value(_ a: Double, _ b: Double) -> Double {
      entropy(slope: a * unit, offset: b - a * unit * mean)
    }
    var (a, b) = (0.0, 0.0)
    var best = value(a, b)
    for _ in 0..<200 {
      let (da, db) = newtonStep(a, b, mean: mean, unit: unit)
      var length = 1.0
      var next = value(a + da, b + db)
      while next > best, length > 1e-10 {
        length /= 2
        next = value(a + length * da, b + length * db)
      }
      guard next < best else { break }
      let gain = best - next
      (a, b, best) = (a + length * da, b + length * db, next)
      if gain < 1e-13 { break }
    }
    // A minimum at a falling map means that no rising one beats a constant.
    return a > 0 ? best : 1
  }

  private func newtonStep(
    _ a: Double, _ b: Double, mean: Double, unit: Double
  ) -> (Double, Double) {
    var (ga, gb) = (0.0, 0.0)
    var (haa, hab, hbb) = (0.0, 0.0, 0.0)
    for point in points {
      let x = (point.score - mean) * unit
      let probability = 1 / (1 + exp(-(a * x + b + priorOdds)))
      let slope = point.weight * (probability - (point.isTarget ? 1 : 0))
      let curve = point.weight * probability * (1 - probability)
      ga += slope * x
      gb += slope
      haa += curve * x * x
      hab += curve * x
      hbb += curve
    }
    // Keeps the matrix invertible where everything is already certain.
    let damping = 1e-12 * (haa + hbb) + 1e-300
    haa += damping
    hbb += damping
    let determinant = haa * hbb - hab * hab
    guard determinant > 0 else { return (-ga, -gb) }
    return (
      -(hbb * ga - hab * gb) / determinant,
      -(haa * gb - hab * ga) / determinant
    )
  }
}
