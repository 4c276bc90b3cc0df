/// One process of several that align the same queries and documents, each of
/// them some of the documents.
package struct AlignmentShare {
  /// Which of so many documents are this process's.
  package var own: (_ documents: Int) -> Range<Int>
  /// Brings what the others have made, `width` numbers a document; false if
  /// one of them has gone.
  package var gather:
    (_ numbers: inout [Float], _ documents: Int, _ width: Int) -> Bool

  package init(
    own: @escaping (Int) -> Range<Int>,
    gather: @escaping (inout [Float], Int, Int) -> Bool
  ) {
    (self.own, self.gather) = (own, gather)
  }
}

extension Aligner {
  /// The normalised distances of all queries and `documents`, of which this
  /// process aligns its share.
  ///
  /// - Parameter record: keeps the others' documents, too, once they are here.
  func distances(
    to documents: some FrameSource, sharedBy share: AlignmentShare,
    record: (any AlignmentRecord)?,
    progress: (@Sendable (AlignmentProgress) -> Void)?,
    isCancelled: @Sendable () -> Bool
  ) throws -> DistanceMatrix {
    let count = documents.count
    let own = share.own(count)
    let made = try distances(
      to: documents, among: own, record: record, progress: progress,
      isCancelled: isCancelled)
    // [documents, queries]
    var numbers = [Float](repeating: .infinity, count: count * queryCount)
    for document in own {
      for query in 0..<queryCount {
        numbers[document * queryCount + query] = made[query, document]
      }
    }
    guard share.gather(&numbers, count, queryCount) else {
      throw CancellationError()
    }
    var all = made
    for document in 0..<count where !own.contains(document) {
      let distances = Array(
        numbers[document * queryCount..<(document + 1) * queryCount])
      all.set(distances, toDocument: document)
      if record?.distances(toDocument: document) == nil {
        try record?.keep(distances, toDocument: document)
      }
    }
    return all
  }
}
