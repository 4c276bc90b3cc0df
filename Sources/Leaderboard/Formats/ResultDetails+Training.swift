import Foundation

extension ResultDetails {
  /// How the head came about, as far as the result knows.
  var trainingFacts: [(String, String)] {
    let result = entry.result
    return known([
      ("stopped early at step", result.stoppedAt.map(String.init)),
      (
        "batches left out",
        result.skippedBatches.map { skipped in
          let reasons = Set(skipped.map(\.reason)).sorted()
          return "\(skipped.count): \(reasons.joined(separator: "; "))"
        }
      ),
      (
        "training time",
        result.cost.trainingTimes.map { times in
          "data \(number(times.data)) s, forward \(number(times.forward)) s,"
            + " backward \(number(times.backward)) s,"
            + " update \(number(times.update)) s"
        }
      ),
    ])
  }

  /// The facts that there is something to say of.
  func known(_ facts: [(String, String?)]) -> [(String, String)] {
    facts.compactMap { name, fact in fact.map { (name, $0) } }
  }

  /// The curve of the grid, one row a rate.
  var learningRates: [String] {
    let result = entry.result
    let curves =
      result.learningRates.map { [("", $0)] }
      ?? result.folds.compactMap { fold in
        fold.learningRates.map { (fold.name, $0) }
      }
    guard let first = curves.first?.1 else { return [] }
    return table(
      [
        "learning rate", "best \(first.metric) on \(first.split)", "at step",
        "",
      ],
      curves.flatMap { fold, curve in
        curve.points.map { point in
          [
            (fold.isEmpty ? "" : fold + ": ") + number(point.rate),
            point.value.map(number) ?? "–",
            point.bestStep.map(String.init) ?? "–",
            point.rate == curve.chosen ? "chosen" : "",
          ]
        }
      })
  }

  /// The figures of averaged checkpoints.
  var averages: [String] {
    guard let averages = entry.result.averages, !averages.isEmpty else {
      return []
    }
    return table(
      ["mean of checkpoints", "metric", "split", "figure"],
      averages.flatMap { average in
        let steps = average.steps.map(String.init).joined(separator: ", ")
        return average.metrics.map {
          [
            "\(average.name) (steps \(steps))", $0.title, $0.split,
            figure($0.value, of: $0),
          ]
        }
      })
  }

  /// The predictions furthest from the truth.
  var worstCases: [String] {
    guard let cases = entry.result.worstCases, !cases.isEmpty else {
      return []
    }
    return ["<details><summary>worst predictions</summary>"]
      + table(
        ["split", "utterance", "predicted", "truth", "error"],
        cases.map {
          [$0.split, $0.id, $0.predicted, $0.truth, number($0.error)]
        }) + ["</details>"]
  }
}
