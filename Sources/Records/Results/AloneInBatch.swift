/// Whether a head answers alone as it does in a batch with others.
package struct AloneInBatch: Codable, Equatable, Sendable {
  /// Utterances of the test split that were asked in both ways.
  package var utterances: Int
  /// The ids of those whose answers differ.
  package var differing: [String]

  package init(utterances: Int, differing: [String]) {
    self.utterances = utterances
    self.differing = differing
  }

  /// Of folds together; nil for none.
  package init?(of folds: [AloneInBatch]) {
    if folds.isEmpty { return nil }
    self.init(
      utterances: folds.reduce(0) { $0 + $1.utterances },
      differing: Set(folds.flatMap(\.differing)).sorted())
  }

  /// What a reader of the result is warned of; nil if all is well.
  package var warning: String? {
    guard let first = differing.first else { return nil }
    return "\(differing.count) of \(utterances) sampled utterances are answered"
      + " otherwise alone than in a batch: \(first)"
      + (differing.count > 1 ? ", …" : "")
  }
}
