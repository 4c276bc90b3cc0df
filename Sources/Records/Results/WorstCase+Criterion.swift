import Diagnostics

extension WorstCase {
  /// By what answers are the worst: `NAME`, `NAME:max`, `NAME:min:20`.
  package struct Criterion: Equatable, Sendable {
    /// `error`, word edits for each word of the truth; `characters`, the same
    /// of characters; else a score that the predictions have, `confidence`
    /// among them, of those that are wrong.
    package var name: String
    /// Whether the largest values are the worst.
    package var isMaximum: Bool
    package var count: Int

    package static let confidence = "confidence"

    /// - Throws: `UserError` for what is none.
    package init(_ text: String) throws {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        .map(String.init)
      name = parts[0]
      isMaximum = true
      count = 10
      for part in parts.dropFirst() {
        if let count = Int(part), count > 0 {
          self.count = count
        } else if part == "max" || part == "min" {
          isMaximum = part == "max"
        } else {
          name = ""
        }
      }
      guard !name.isEmpty else {
        throw UserError(
          "'\(text)' does not say which answers are the worst", at: "--worst",
          fix: "write error, characters, confidence or another score, with"
            + " :max or :min and a number: confidence:max:20")
      }
    }

    /// What the answer is worth; nil if it is right, or has no such score.
    func value(of prediction: SplitRecords.Prediction) -> Double? {
      let (predicted, truth) = (prediction.predicted, prediction.truth)
      guard predicted != truth else { return nil }
      switch name {
      case "error":
        return WorstCase.error(predicted, truth: truth)
      case "characters":
        return Double(WorstCase.edits(Array(predicted), Array(truth)))
          / Double(max(1, truth.count))
      default: return prediction.scores?[name]?.first
      }
    }
  }

  /// The worst of a split's predictions by `criterion`, the worst first; of
  /// equal ones by id.
  package static func worst(
    by criterion: Criterion, of predictions: [SplitRecords.Prediction],
    split: String
  ) -> [WorstCase] {
    let cases = predictions.compactMap { prediction -> WorstCase? in
      guard let value = criterion.value(of: prediction), value.isFinite
      else { return nil }
      return WorstCase(
        split: split, id: prediction.id, predicted: prediction.predicted,
        truth: prediction.truth, error: value)
    }
    return Array(
      cases.sorted {
        guard $0.error != $1.error else { return $0.id < $1.id }
        return ($0.error > $1.error) == criterion.isMaximum
      }.prefix(criterion.count))
  }
}
