import Foundation
import Records
import Statistics
import TaskKit

extension ScoredAnswers {
  /// The answers behind a figure of a result; nil if what is kept does not
  /// give that figure.
  package init?(
    _ metric: ExperimentResult.Metric, of kept: KeptPredictions
  ) {
    self.metric = metric
    scale = metric.unit == .percent ? 100 : 1
    content = .counts([])
    for candidate in Self.candidates(metric, kept) {
      content = candidate
      guard let value = drawing.figure.value else { continue }
      let slack = 1e-6 * max(1, abs(metric.value))
      if abs(value * scale - metric.value) <= slack { return }
    }
    return nil
  }

  /// All that the figure may have been made of, the likeliest first.
  private static func candidates(
    _ metric: ExperimentResult.Metric, _ kept: KeptPredictions
  ) -> [Content] {
    if metric.name.hasPrefix("eer") {
      return kept.trials(on: metric.split).map { [.trials($0)] } ?? []
    }
    if metric.name.hasPrefix("mtwv") {
      return searches(metric.split, kept).map {
        .terms($0, beta: TermTrials.quesstBeta)
      }
    }
    if metric.name.hasPrefix("atwv") {
      return searches(metric.split, kept).map { terms in
        .counts(
          terms.map {
            Count(
              id: $0.id, stratum: 0,
              counted: $0.worth(beta: TermTrials.quesstBeta), possible: 1)
          })
      }
    }
    if let folds = kept.shares(of: metric.name, on: metric.split) {
      return [
        .counts(
          folds.enumerated().flatMap { stratum, shares in
            shares.map {
              Count(
                id: $0.id, stratum: stratum, counted: $0.counted,
                possible: $0.possible)
            }
          })
      ]
    }
    guard let folds = kept.answers(on: metric.split) else { return [] }
    let ways: [(SplitRecords.Prediction) -> (Double, Double)?] =
      metric.higherIsBetter
      ? [
        given, isRight, slotTypes,
        { slots($0).map(\.editCountsFull).map(pair) },
        { slots($0).map(\.editCountsPart).map(pair) },
      ]
      : [
        given, { edits($0, .words) }, { edits($0, .spaceSeparated) },
        { edits($0, .characters) },
        { slots($0).map(\.valueCharacters.counts).map(ratio) },
        { slots($0).map(\.valueWords.counts).map(ratio) },
      ]
    return ways.compactMap { way in
      var counts: [Count] = []
      for (stratum, answers) in folds.enumerated() {
        for answer in answers {
          guard let (counted, possible) = way(answer) else { return nil }
          counts.append(
            Count(
              id: answer.id, stratum: stratum, counted: counted,
              possible: possible, attributes: answer.attributes))
        }
      }
      return .counts(counts)
    }
  }

  /// What the task itself says that an answer adds.
  private static func given(
    _ answer: SplitRecords.Prediction
  ) -> (Double, Double)? {
    guard let counted = answer.scores?["counted"]?.first,
      let possible = answer.scores?["possible"]?.first
    else { return nil }
    return (counted, possible)
  }

  private static func isRight(
    _ answer: SplitRecords.Prediction
  ) -> (Double, Double)? {
    (answer.predicted == answer.truth ? 1 : 0, 1)
  }

  private static func edits(
    _ answer: SplitRecords.Prediction, _ unit: TokenUnit
  ) -> (Double, Double)? {
    ratio(
      TokenErrorRate.counts(
        unit, hypothesis: answer.predicted, reference: answer.truth))
  }

  private static func ratio(_ counts: EditCounts) -> (Double, Double) {
    (Double(counts.edits), Double(counts.referenceLength))
  }

  private static func pair(
    _ counts: (counted: Int, possible: Int)
  ) -> (Double, Double) {
    (Double(counts.counted), Double(counts.possible))
  }

  private static func slotTypes(
    _ answer: SplitRecords.Prediction
  ) -> (Double, Double)? {
    slots(answer)?.typeF1.map { ($0, 1) }
  }

  private static func slots(
    _ answer: SplitRecords.Prediction
  ) -> SlotFillingScore? {
    var score = SlotFillingScore()
    score.add(hypothesis: answer.predicted, reference: answer.truth)
    return score
  }

  /// The lists of detections whose terms are the split's.
  private static func searches(
    _ split: String, _ kept: KeptPredictions
  ) -> [[Term]] {
    guard let answers = kept.answers(on: split)?.first,
      let folder = kept.folders.first,
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    else { return [] }
    let truths = Dictionary(
      answers.map { ($0.id, Set($0.truth.split(separator: " "))) },
      uniquingKeysWith: { first, _ in first })
    let totals = kept.shares(of: "mtwv", on: split)?.first
    return names.sorted().compactMap { name -> [Term]? in
      guard name.contains(".stdlist"), name.hasSuffix(".xml"),
        let text = kept.text(name),
        let found = try? TermDetections(parsing: text)
      else { return nil }
      var terms: [Term] = []
      for term in found.terms {
        guard let truth = truths[term.id] else { return nil }
        var trials = (targets: [Double](), others: [Double]())
        var accepted = (targets: 0, others: 0)
        for detection in term.detections {
          let isAccepted = detection.isAccepted ? 1 : 0
          if truth.contains(Substring(detection.document)) {
            trials.targets.append(detection.score)
            accepted.targets += isAccepted
          } else {
            trials.others.append(detection.score)
            accepted.others += isAccepted
          }
        }
        // A term that occurs nowhere is left out.
        if truth.isEmpty { continue }
        terms.append(
          Term(
            id: term.id,
            trials: TermValueFigure.Term(
              targets: trials.targets, others: trials.others,
              targetCount: truth.count), found: accepted.targets,
            alarms: accepted.others))
      }
      if let totals { terms = Self.completed(terms, by: totals) }
      return terms.isEmpty ? nil : terms
    }
  }

  /// With the terms and documents that have no scores: they were not heard.
  private static func completed(
    _ terms: [Term], by totals: [RecordLog.Share]
  ) -> [Term] {
    let known = Dictionary(
      terms.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return totals.map { total in
      let scores = known[total.id]?.trials
      return Term(
        id: total.id,
        trials: TermValueFigure.Term(
          targets: scores?.targets ?? [], others: scores?.others ?? [],
          targetCount: Int(total.counted),
          otherCount: Int(total.possible - total.counted)),
        found: known[total.id]?.found ?? 0,
        alarms: known[total.id]?.alarms ?? 0)
    }
  }
}
