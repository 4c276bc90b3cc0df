import Diagnostics
import Records
import Statistics

/// Two systems' answers to the same questions.
package struct Comparison: Sendable, Encodable {
  /// An answer that the two do not have alike right.
  package struct Flip: Sendable, Encodable, Equatable {
    package var id: String
    package var truth: String
    package var first: String
    package var second: String
    /// What each adds to the ratio: errors, or 1 for right.
    package var firstCount: Double
    package var secondCount: Double
  }

  package var metric: String
  package var title: String
  package var split: String
  package var higherIsBetter: Bool
  package var first: Double
  package var second: Double
  package var difference: Double
  /// 95 % of the difference.
  package var interval: Interval?
  package var unit: String
  package var groups: Int
  package var remark: String?
  /// Paired bootstrap, either way.
  package var bootstrap: Double?
  /// nil for figures that are no ratios of sums.
  package var randomization: Double?
  /// nil for figures that are no accuracies.
  package var mcNemar: Double?
  /// Right in the first, in the second alone.
  package var onlyFirst: Int?
  package var onlySecond: Int?
  /// The most different first.
  package var flips: [Flip]

  /// The probability to go by: approximate randomisation where there is one.
  package var p: Double? { randomization ?? bootstrap }

  /// The probability to go by, without the rest; nil if the answers are not
  /// to the same questions, or nothing can be drawn from them.
  static func p(_ a: ScoredAnswers, _ b: ScoredAnswers) -> Double? {
    guard let b = b.ordered(as: a.ids) else { return nil }
    let (one, two) = (a.drawing.figure, b.drawing.figure)
    if let x = one as? RatioFigure, let y = two as? RatioFigure {
      return Randomization.p(x, y)
    }
    return Bootstrap().difference(one, two)?.p
  }

  /// nil if the answers are not to the same questions, or nothing can be
  /// drawn from them.
  package init?(_ a: ScoredAnswers, _ b: ScoredAnswers) {
    guard let b = b.ordered(as: a.ids) else { return nil }
    let (one, two) = (a.drawing, b.drawing)
    guard one.figure.strata == two.figure.strata else { return nil }
    metric = a.metric.name
    title = a.metric.title
    split = a.metric.split
    higherIsBetter = a.metric.higherIsBetter
    first = a.metric.value
    second = b.metric.value
    difference = first - second
    unit = one.unit
    groups = one.groups
    remark = one.remark
    let drawn = Bootstrap().difference(one.figure, two.figure)
    interval = drawn.map {
      Interval(
        low: $0.interval.low * a.scale, high: $0.interval.high * a.scale)
    }
    bootstrap = drawn?.p
    if let x = one.figure as? RatioFigure, let y = two.figure as? RatioFigure {
      randomization = Randomization.p(x, y)
    }
    flips = []
    guard case .counts(let x) = a.content, case .counts(let y) = b.content
    else { return }
    let isAccuracy =
      higherIsBetter
      && (x + y).allSatisfy {
        $0.possible == 1 && ($0.counted == 0 || $0.counted == 1)
      }
    if isAccuracy {
      let counts = zip(x, y).reduce(into: (0, 0)) { counts, pair in
        if pair.0.counted > pair.1.counted { counts.0 += 1 }
        if pair.0.counted < pair.1.counted { counts.1 += 1 }
      }
      (onlyFirst, onlySecond) = (counts.0, counts.1)
      // Only independent answers are what it asks for.
      mcNemar = McNemar(first: counts.0, second: counts.1).p
    }
  }
}

extension Comparison {
  /// Of a metric of two results, with the answers that flip.
  ///
  /// - Throws: `UserError` if there are no answers kept, or not to the same
  ///   questions.
  package init(
    _ metric: ExperimentResult.Metric, of first: KeptPredictions,
    _ other: ExperimentResult.Metric, of second: KeptPredictions
  ) throws {
    guard let a = ScoredAnswers(metric, of: first),
      let b = ScoredAnswers(other, of: second)
    else {
      throw UserError(
        "the answers that are kept do not give \(metric.title)",
        at: (ScoredAnswers(metric, of: first) == nil ? first : second)
          .folders.first,
        fix: "compare a figure that rests on predictions/<split>.jsonl, "
          + "trials or detections")
    }
    guard let made = Comparison(a, b) else {
      throw UserError(
        "the two do not answer the same questions on \(metric.split)",
        at: second.folders.first,
        fix: "compare results on the same corpus, unlimited or with the same "
          + "limit")
    }
    self = made
    guard case .counts(let x) = a.content,
      case .counts(let y)? = b.ordered(as: a.ids)?.content,
      let one = first.answers(on: metric.split)?.joined(),
      let two = second.answers(on: other.split)?.joined()
    else { return }
    let texts = Dictionary(
      one.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let others = Dictionary(
      two.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    flips = zip(x, y).compactMap { one, two -> Flip? in
      guard one.counted != two.counted, let text = texts[one.id],
        let other = others[one.id]
      else { return nil }
      return Flip(
        id: one.id, truth: text.truth, first: text.predicted,
        second: other.predicted, firstCount: one.counted,
        secondCount: two.counted)
    }
    .sorted {
      let (a, b) = (
        abs($0.firstCount - $0.secondCount), abs($1.firstCount - $1.secondCount)
      )
      return a == b ? $0.id < $1.id : a > b
    }
  }
}
