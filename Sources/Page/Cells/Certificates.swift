import Evidence
import Foundation
import Records

/// What can be said for a result, and against it.
struct Certificates {
  var result: ExperimentResult
  var evidence: CellEvidence?
  var kept: KeptPredictions

  /// Whether it is for the result, and what it says.
  var lines: [(isGood: Bool, text: String)] {
    [recomputed, chosen, alone, empty, silent, padded, signature]
      .compactMap { $0 }
  }

  private var primary: ExperimentResult.Metric? { result.primaryMetric }

  private var recomputed: (Bool, String)? {
    guard let primary, let found = evidence?[primary] else { return nil }
    return found.isRecomputed
      ? (true, "the figure can be made again from the answers that are kept")
      : (
        false,
        "no answers are kept that the figure could be made again from"
      )
  }

  /// The split that chose is not the split that is reported.
  private var chosen: (Bool, String)? {
    guard let primary else { return nil }
    if primary.name.hasSuffix("_lowest") || primary.name == "eer" {
      return (
        false,
        "the protocol chooses on the split that it reports; chosen on dev: "
          + (result.chosenOnDev.map {
            Markup.number($0.unit == .fraction ? $0.value * 100 : $0.value)
          } ?? "not known")
      )
    }
    if let choice = result.layerChoice {
      return (
        choice.split != primary.split,
        "layer \(choice.layer) was chosen on \(choice.split)"
      )
    }
    return chosenStep(primary)
  }

  /// Whether training's own record says that the step was the best on a split
  /// that chose; nil if it does not tell.
  private func chosenStep(
    _ primary: ExperimentResult.Metric
  ) -> (Bool, String)? {
    guard let step = result.bestStep, let folder = kept.folders.first else {
      return nil
    }
    let curves = Scalars(folder: folder).splits(of: primary.name)
    let best = curves.filter { split, points in
      let values = points.map(\.y)
      let top = primary.higherIsBetter ? values.max() : values.min()
      return points.first { $0.y == top }.map { Int($0.x) } == step
    }
    .map(\.0)
    if let split = best.first(where: {
      $0 != primary.split && !$0.hasPrefix("train")
    }) {
      return (true, "step \(step) was chosen: it is the best on \(split)")
    }
    return best.contains(primary.split)
      ? (false, "step \(step) is the best on \(primary.split) itself") : nil
  }

  /// Answers without anything in them, and answers that are all the same.
  private var empty: (Bool, String)? {
    guard let primary,
      let answers = kept.answers(on: primary.split)?.flatMap({ $0 })
    else { return nil }
    let empty = answers.count { $0.predicted.isEmpty && !$0.truth.isEmpty }
    let distinct = Set(answers.map(\.predicted)).count
    let truths = Set(answers.map(\.truth)).count
    if distinct == 1, truths > 1 {
      return (
        false, "all \(answers.count) answers are the same: nothing was learned"
      )
    }
    if empty > 0 {
      return (false, "\(empty) of \(answers.count) answers are empty")
    }
    return (true, "no answer of \(answers.count) is empty")
  }

  private var alone: (Bool, String)? {
    result.aloneInBatch.map {
      (
        $0.differing.isEmpty,
        $0.warning
          ?? "\($0.utterances) sampled utterances are answered alone as in a"
          + " batch"
      )
    }
  }

  private var silent: (Bool, String)? {
    result.silentUtterances.map {
      (false, "\($0) utterances are digital silence")
    }
  }

  private var padded: (Bool, String)? {
    result.paddedUtterances.map {
      (
        false,
        "\($0) utterances are shorter than what a frame looks at, and were "
          + "filled up with silence"
      )
    }
  }

  private var signature: (Bool, String)? {
    guard let digest = result.dataDigest else {
      return (false, "the data has no digest")
    }
    return (
      true,
      "settings \(result.signature.prefix(12)), data \(digest.prefix(12)), "
        + "upstream \(result.upstream.digest.prefix(12))"
    )
  }
}
