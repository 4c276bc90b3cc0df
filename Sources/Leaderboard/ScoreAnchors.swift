/// The figures that superb_s is measured against, and the score itself.
///
///     superb_s = 1000 / |T| · Σ_t 1 / |I_t| · Σ_i (s_i − fbank_i) / (sota_i − fbank_i)
///
/// over the tasks t and the metrics i of each, as in the SUPERB challenge at
/// SLT 2022: filterbanks score 0, the frozen best of each metric 1000. No
/// sign is needed for error rates, numerator and denominator turn together.
package struct ScoreAnchors: Codable, Equatable, Sendable {
  /// The two ends of one metric's scale, as the leaderboard shows the
  /// metric: fractions × 100.
  package struct Anchor: Codable, Equatable, Sendable {
    /// Scores 0.
    package var fbank: Double
    /// Scores 1000. Must differ from ``fbank``.
    package var sota: Double

    package init(fbank: Double, sota: Double) {
      self.fbank = fbank
      self.sota = sota
    }
  }

  /// By task id, then by the metric's name as the task reports it.
  package var tasks: [String: [String: Anchor]]

  package init(tasks: [String: [String: Anchor]]) {
    self.tasks = tasks
  }

  /// superb_s of one upstream.
  ///
  /// - Parameter figure: The figure of a task's metric on its test split, in
  ///   the anchors' unit; nil if there is none.
  /// - Returns: nil if a figure is missing, since a score over fewer tasks is
  ///   another score, or if the anchors are empty or equal.
  package func score(
    of figure: (_ task: String, _ metric: String) -> Double?
  ) -> Double? {
    guard !tasks.isEmpty else { return nil }
    var sum = 0.0
    // Sorted, since the order of a sum shows in its last digits.
    for (task, metrics) in tasks.sorted(by: { $0.key < $1.key }) {
      guard !metrics.isEmpty else { return nil }
      var taskSum = 0.0
      for (metric, anchor) in metrics.sorted(by: { $0.key < $1.key }) {
        guard let value = figure(task, metric) else { return nil }
        taskSum += (value - anchor.fbank) / (anchor.sota - anchor.fbank)
      }
      sum += taskSum / Double(metrics.count)
    }
    let score = 1000 * sum / Double(tasks.count)
    return score.isFinite ? score : nil
  }
}
