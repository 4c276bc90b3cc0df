import Foundation

/// How a task did at each learning rate of its grid, on the split that chose
/// among them.
package struct LearningRateCurve: Codable, Equatable, Sendable {
  package struct Point: Codable, Equatable, Sendable {
    package var rate: Double
    /// The metric's best value; nil where training has failed or diverged.
    package var value: Double?
    /// The step of the checkpoint that reached it.
    package var bestStep: Int?

    package init(rate: Double, value: Double? = nil, bestStep: Int? = nil) {
      self.rate = rate
      self.value = value
      self.bestStep = bestStep
    }
  }

  package var split: String
  /// The metric that chose.
  package var metric: String
  /// By rate, the smallest first.
  package var points: [Point]
  package var chosen: Double

  package init(split: String, metric: String, points: [Point], chosen: Double) {
    self.split = split
    self.metric = metric
    self.points = points
    self.chosen = chosen
  }

  /// The best of `points`; of equal ones that with the smallest rate. Nil if
  /// none has a value.
  package static func best(
    of points: [Point], higherIsBetter: Bool
  ) -> Point? {
    var best: (point: Point, value: Double)?
    for point in points.sorted(by: { $0.rate < $1.rate }) {
      guard let value = point.value, value.isFinite else { continue }
      let isBetter =
        best.map { higherIsBetter ? value > $0.value : value < $0.value }
        ?? true
      if isBetter { best = (point, value) }
    }
    return best?.point
  }

  /// Said where the best may lie outside of the grid.
  package var edgeWarning: String? {
    guard points.count > 1, let first = points.first, let last = points.last,
      chosen == first.rate || chosen == last.rate
    else { return nil }
    return "the best learning rate, \(chosen), is at the edge of the grid"
      + " \(first.rate) … \(last.rate): a better one may lie beyond"
  }
}
