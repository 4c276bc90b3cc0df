import Foundation

extension ResultDetails {
  /// How the head came about, as far as the result knows.
  var trainingFacts: [(String, String)] {
    let result = entry.result
    var facts: [(String, String)] = []
    if let step = result.stoppedAt {
      facts.append(("stopped early at step", String(step)))
    }
    if let skipped = result.skippedBatches {
      let reasons = Set(skipped.map(\.reason)).sorted()
      facts.append(
        (
          "batches left out",
          "\(skipped.count): \(reasons.joined(separator: "; "))"
        ))
    }
    if let times = result.cost.trainingTimes {
      facts.append(
        (
          "training time",
          "data \(number(times.data)) s, forward \(number(times.forward)) s,"
            + " backward \(number(times.backward)) s,"
            + " update \(number(times.update)) s"
        ))
    }
    return facts
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
    var lines = [
      table(
        [
          "learning rate", "best \(first.metric) on \(first.split)",
          "at step", "",
        ])
    ]
    for (fold, curve) in curves {
      lines += curve.points.map { point in
        row([
          (fold.isEmpty ? "" : fold + ": ") + number(point.rate),
          point.value.map(number) ?? "–",
          point.bestStep.map(String.init) ?? "–",
          point.rate == curve.chosen ? "chosen" : "",
        ])
      }
    }
    return lines + ["</tbody></table>"]
  }

  /// The figures of averaged checkpoints.
  var averages: [String] {
    guard let averages = entry.result.averages, !averages.isEmpty else {
      return []
    }
    var lines = [table(["mean of checkpoints", "metric", "split", "figure"])]
    for average in averages {
      let steps = average.steps.map(String.init).joined(separator: ", ")
      lines += average.metrics.map {
        row([
          "\(average.name) (steps \(steps))", $0.title, $0.split,
          figure($0.value, of: $0),
        ])
      }
    }
    return lines + ["</tbody></table>"]
  }

  /// The predictions furthest from the truth.
  var worstCases: [String] {
    guard let cases = entry.result.worstCases, !cases.isEmpty else {
      return []
    }
    var lines = [
      "<details><summary>worst predictions</summary>",
      table(["split", "utterance", "predicted", "truth", "error"]),
    ]
    lines += cases.map {
      row([$0.split, $0.id, $0.predicted, $0.truth, number($0.error)])
    }
    return lines + ["</tbody></table>", "</details>"]
  }

  private func table(_ headings: [String]) -> String {
    "<table><thead><tr>"
      + headings.map { "<th>\(HTMLPage.escaped($0))</th>" }.joined()
      + "</tr></thead><tbody>"
  }
}
