/// All queries against one document.
public struct DocumentAlignments: Sendable, Equatable {
  /// The document's number in its source.
  public let document: Int
  /// By query: the normalised distance, infinity where no path keeps the
  /// step pattern (an empty query or document; closed ends too far apart).
  public internal(set) var distances: [Float]
  /// By query: the document frame in which the best path ends, the first of
  /// equals; -1 where there is no path.
  public internal(set) var ends: [Int]

  init(document: Int, queries: Int) {
    self.document = document
    distances = Array(repeating: .infinity, count: queries)
    ends = Array(repeating: -1, count: queries)
  }
}

/// Normalised distances, [queries, documents].
public struct DistanceMatrix: Sendable, Equatable {
  public let queries: Int
  public let documents: Int
  /// Row-major.
  public internal(set) var values: [Float]

  public subscript(query: Int, document: Int) -> Float {
    values[query * documents + document]
  }
  mutating func set(_ distances: [Float], toDocument document: Int) {
    for (query, distance) in distances.enumerated() {
      values[query * documents + document] = distance
    }
  }
}
