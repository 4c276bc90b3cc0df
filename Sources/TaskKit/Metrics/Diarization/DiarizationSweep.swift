/// The protocol's search for the best way to turn probabilities into turns:
/// every median filter with every threshold.
public struct DiarizationSweep: Equatable, Sendable {
  /// Widths of the median filters, odd, in frames; 1 filters nothing.
  public var medianWidths: [Int]
  /// Probabilities above which somebody talks.
  public var thresholds: [Float]

  /// The ten settings of the protocol are the default.
  public init(
    medianWidths: [Int] = [1, 11],
    thresholds: [Float] = [0.3, 0.4, 0.5, 0.6, 0.7]
  ) {
    self.medianWidths = medianWidths
    self.thresholds = thresholds
  }

  /// What one setting yields.
  public struct Setting: Equatable, Sendable {
    /// In frames.
    public var medianWidth: Int
    /// The probability above which somebody talks.
    public var threshold: Float
    /// Over all recordings, in seconds of speaker time.
    public var score: DiarizationScore
  }

  /// Scores every setting, filters outermost.
  ///
  /// - Throws: ``MetricError`` as ``DiarizationErrorRate`` does, or for an
  ///   even median width.
  public func settings(
    _ activities: [SpeakerActivity], reference: [SpeakerTurn],
    regions: ScoringRegions? = nil,
    scoring: DiarizationErrorRate = DiarizationErrorRate()
  ) throws(MetricError) -> [Setting] {
    var settings: [Setting] = []
    for width in medianWidths {
      for threshold in thresholds {
        var turns: [SpeakerTurn] = []
        for activity in activities {
          turns += try activity.turns(threshold: threshold, medianWidth: width)
        }
        let report = try scoring.report(
          reference: reference, system: turns, regions: regions)
        settings.append(
          Setting(
            medianWidth: width, threshold: threshold, score: report.overall))
      }
    }
    return settings
  }

  /// The setting with the lowest error rate, the first of equals; nil if none
  /// has one, because nobody speaks in the reference.
  public static func best(of settings: [Setting]) -> Setting? {
    settings.filter { $0.score.errorRate != nil }.min {
      ($0.score.errorRate ?? .infinity) < ($1.score.errorRate ?? .infinity)
    }
  }
}
