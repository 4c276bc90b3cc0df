import TaskKit

/// The protocol's last steps: each query's scores to mean 0 and deviation 1,
/// and what is more than two deviations above the mean is a detection.
struct DetectionList {
  private static let threshold = 2.0
  private static let leastDeviation = 1e-9

  let queries: [String]
  let documents: [String]
  /// Rows by query, columns by document.
  let scores: [[Double]]

  /// Queries by name, documents in the order given. Decisions are made before
  /// scores are rounded to the digits that the file has, metrics are of the
  /// rounded ones, so that they are those of the file.
  var detections: TermDetections {
    let rows = zip(queries, scores)
      .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
    return TermDetections(
      terms: rows.map { query, scores in
        TermDetections.Term(
          id: query,
          detections: zip(documents, Self.standardized(scores)).map {
            TermDetections.Detection(
              document: $0, score: $1, isAccepted: $1 > Self.threshold)
          })
      }
    ).rounded
  }

  /// Less their mean, over their population deviation.
  private static func standardized(_ scores: [Double]) -> [Double] {
    let count = Double(scores.count)
    let mean = scores.reduce(0, +) / count
    let variance =
      scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    let deviation = max(variance.squareRoot(), leastDeviation)
    return scores.map { ($0 - mean) / deviation }
  }
}
