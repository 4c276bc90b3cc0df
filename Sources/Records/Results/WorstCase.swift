/// One of the predictions of a split that were furthest from the truth.
package struct WorstCase: Codable, Equatable, Sendable {
  package var split: String
  package var id: String
  package var predicted: String
  package var truth: String
  /// Word edits for each word of the truth; the difference where both are
  /// numbers.
  package var error: Double
}

extension WorstCase {
  /// The `count` worst of a split's predictions, the worst first; of equal
  /// ones by id. What is right is never among them.
  package static func worst(
    _ count: Int, of predictions: [SplitRecords.Prediction], split: String
  ) -> [WorstCase] {
    guard count > 0 else { return [] }
    let cases = predictions.compactMap { prediction -> WorstCase? in
      let error = error(prediction.predicted, truth: prediction.truth)
      guard error > 0 else { return nil }
      return WorstCase(
        split: split, id: prediction.id, predicted: prediction.predicted,
        truth: prediction.truth, error: error)
    }
    return Array(
      cases.sorted {
        $0.error != $1.error ? $0.error > $1.error : $0.id < $1.id
      }.prefix(count))
  }

  static func error(_ predicted: String, truth: String) -> Double {
    if predicted == truth { return 0 }
    if let a = Double(predicted), let b = Double(truth), a.isFinite,
      b.isFinite
    {
      return abs(a - b)
    }
    let words = truth.split(whereSeparator: \.isWhitespace)
    let heard = predicted.split(whereSeparator: \.isWhitespace)
    return Double(edits(heard, words)) / Double(max(1, words.count))
  }

  /// Levenshtein's distance.
  static func edits<Unit: Equatable>(_ a: [Unit], _ b: [Unit]) -> Int {
    var row = Array(0...b.count)
    for (i, word) in a.enumerated() {
      var corner = row[0]
      row[0] = i + 1
      for j in b.indices {
        let replaced = corner + (word == b[j] ? 0 : 1)
        corner = row[j + 1]
        row[j + 1] = min(replaced, row[j + 1] + 1, row[j] + 1)
      }
    }
    return row[b.count]
  }
}
