import Files
import Foundation
import Records
import Statistics

/// How far a figure may be believed.
package struct FigureEvidence: Codable, Equatable, Sendable {
  package var metric: String
  package var split: String
  /// As reported; another value is another figure.
  package var value: Double
  /// 95 %, in the figure's unit; nil if the kept answers do not give the
  /// figure, or are too few.
  package var interval: Interval?
  /// How it was made: `bootstrap`, `Wilson`, `jackknife`.
  package var method: String?
  /// Whom the interval is drawn over, and how many there are.
  package var unit: String?
  package var groups: Int?
  package var remark: String?
  /// Whether the kept answers give the reported figure.
  package var isRecomputed: Bool
}

/// The evidence of one result, kept beside it: intervals are drawn once.
package struct CellEvidence: Codable, Equatable, Sendable {
  package static let fileName = "evidence.json"

  /// Raised when the same answers would give another interval.
  private static let currentRevision = 3

  private var revision = CellEvidence.currentRevision
  package var figures: [FigureEvidence]

  /// Of every figure on the split of the ranking one: as it was kept, or
  /// drawn now and kept, where the folder can be written to.
  package init(of result: ExperimentResult, in folder: String) {
    let split = (result.primaryMetric ?? result.metrics.first)?.split
    let metrics = result.metrics.filter { $0.split == split }
    let path = folder + "/" + Self.fileName
    if let bytes = FileManager.default.contents(atPath: path),
      let known = try? JSONDecoder().decode(Self.self, from: bytes),
      known.revision == Self.currentRevision,
      known.figures.count == metrics.count,
      zip(known.figures, metrics).allSatisfy({
        $0.metric == $1.name && $0.split == $1.split && $0.value == $1.value
      })
    {
      self = known
      return
    }
    let kept = KeptPredictions(of: result, in: folder)
    figures = metrics.map { Self.evidence($0, kept, among: metrics) }
    guard FileManager.default.fileExists(atPath: folder) else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    // A folder of somebody else's is read as it is.
    if let bytes = try? encoder.encode(self) {
      try? AtomicFile.write(bytes, to: path)
    }
  }

  package subscript(metric: ExperimentResult.Metric) -> FigureEvidence? {
    figures.first { $0.metric == metric.name && $0.split == metric.split }
  }

  private static func evidence(
    _ metric: ExperimentResult.Metric, _ kept: KeptPredictions,
    among all: [ExperimentResult.Metric]
  ) -> FigureEvidence {
    var evidence = FigureEvidence(
      metric: metric.name, split: metric.split, value: metric.value,
      isRecomputed: false)
    guard let answers = ScoredAnswers(metric, of: kept) else {
      evidence.remark = missing(metric, among: all)
      return evidence
    }
    let drawing = answers.drawing
    evidence.isRecomputed = true
    evidence.unit = drawing.unit
    evidence.groups = drawing.groups
    evidence.remark = drawing.remark
    evidence.interval = answers.interval(drawing)
    evidence.method = evidence.interval.map { _ in
      drawing.figure.intervalMethod.name
    }
    return evidence
  }
}

extension CellEvidence {
  /// Why a figure has no interval, as far as can be told from its name.
  static func missing(
    _ metric: ExperimentResult.Metric, among all: [ExperimentResult.Metric]
  ) -> String? {
    if let own = all.first(where: {
      $0.name.hasSuffix(ExperimentResult.chosenOnDevSuffix)
        && $0.split == metric.split
    }), metric.name != own.name,
      own.name.hasPrefix(metric.name + "_"), metric.isPrimary
    {
      return "no interval: it is the lowest over checkpoints, and the answers"
        + " that are kept are of the one that dev chose; \(own.name) has one"
    }
    if metric.name.hasSuffix("cnxe") {
      return "no interval: a cross entropy is of scores as likelihoods, by a"
        + " map that is fitted to all of them"
    }
    return "no interval: the answers that are kept do not give the figure again"
  }
}

extension ScoredAnswers {
  /// 95 %, in the figure's unit.
  func interval(_ drawing: Drawing) -> Interval? {
    guard var interval = Bootstrap().interval(of: drawing.figure) else {
      return nil
    }
    // Where all are right or all wrong, drawing again shows nothing else.
    if case .counts(let counts) = content, interval.low == interval.high,
      counts.allSatisfy({ $0.possible == 1 }),
      interval.low == 0 || interval.low == 1
    {
      let count = Double(drawing.groups)
      interval = Interval.share(interval.low * count, of: count)
    }
    return Interval(low: interval.low * scale, high: interval.high * scale)
  }
}
