/// All queries against one document.
package struct DocumentAlignments: Sendable, Equatable {
  /// The document's number in its source.
  package let document: Int
  /// By query: the normalised distance, infinity where no path keeps the
  /// step pattern (an empty query or document; closed ends too far apart).
  package internal(set) var distances: [Float]
  /// By query: the document frame in which the best path ends, the first of
  /// equals; -1 where there is no path.
  package internal(set) var ends: [Int]

  init(document: Int, queries: Int) {
    self.document = document
    distances = Array(repeating: .infinity, count: queries)
    ends = Array(repeating: -1, count: queries)
  }
}

/// Normalised distances, [queries, documents].
package struct DistanceMatrix: Sendable, Equatable {
  package let queries: Int
  package let documents: Int
  /// Row-major.
  package internal(set) var values: [Float]

  package subscript(query: Int, document: Int) -> Float {
    values[query * documents + document]
  }
  mutating func set(_ distances: [Float], toDocument document: Int) {
    for (query, distance) in distances.enumerated() {
      values[query * documents + document] = distance
    }
  }
}
