import Dispatch
import Synchronization

extension Aligner {
  /// Aligns all queries with documents of `documents`, and hands each
  /// document's result to `finished` as soon as it is there.
  ///
  /// - Parameters:
  ///   - indices: which documents; all of them unless said. A run that was
  ///     stopped goes on by naming those that are missing.
  ///   - finished: called once a document, in the order in which they are
  ///     finished, on any thread but never on two at once. Throwing stops the
  ///     run.
  /// - Throws: what `documents` or `finished` throws, or `UserError` for a
  ///   document that is not frames of `dim` finite numbers.
  package func align(
    _ documents: some FrameSource, indices: [Int]? = nil,
    finished: @Sendable (DocumentAlignments) throws -> Void
  ) throws {
    let indices = indices ?? Array(0..<documents.count)
    let ranges = queryRanges(documents: indices.count)
    let tickets = Tickets(count: indices.count * ranges.count)
    let open = Mutex<[Int: (left: Int, result: DocumentAlignments)]>([:])
    let delivery = Mutex(())
    let workers = min(threads, tickets.count)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      var workspace = Workspace()
      while let ticket = tickets.next() {
        let place = ticket / ranges.count
        let range = ranges[ticket % ranges.count]
        do {
          var part = DocumentAlignments(
            document: indices[place], queries: queryCount)
          try documents.withMatrix(
            of: indices[place], dim: dim, role: .document
          ) { values, frames in
            try align(
              range, values, frames: frames, in: &workspace, into: &part)
          }
          let whole = open.withLock { open -> DocumentAlignments? in
            var (left, result) = open[place] ?? (ranges.count, part)
            for query in range {
              result.distances[query] = part.distances[query]
              result.ends[query] = part.ends[query]
            }
            left -= 1
            open[place] = left == 0 ? nil : (left, result)
            return left == 0 ? result : nil
          }
          if let whole {
            try delivery.withLock { _ in
              if !tickets.isStopped { try finished(whole) }
            }
          }
        } catch {
          tickets.stop(error)
        }
      }
    }
    if let error = tickets.error { throw error }
  }

  /// The normalised distances of all queries and `documents`.
  ///
  /// - Parameters:
  ///   - part: the documents that are asked for; those of others are infinite.
  ///   - record: has what was finished before and keeps what is finished now.
  ///   - progress: told after each document.
  ///   - isCancelled: asked after each document; `CancellationError` is
  ///     thrown once it is true.
  package func distances(
    to documents: some FrameSource, among part: Range<Int>? = nil,
    record: (any AlignmentRecord)? = nil,
    progress: (@Sendable (AlignmentProgress) -> Void)? = nil,
    isCancelled: @Sendable () -> Bool = { false }
  ) throws -> DistanceMatrix {
    let count = documents.count
    var known = DistanceMatrix(
      queries: queryCount, documents: count,
      values: Array(repeating: .infinity, count: queryCount * count))
    var missing: [Int] = []
    let part = part ?? 0..<count
    for document in part {
      if let distances = record?.distances(toDocument: document),
        distances.count == queryCount
      {
        known.set(distances, toDocument: document)
      } else {
        missing.append(document)
      }
    }
    let (total, before) = (part.count, part.count - missing.count)
    let began = ContinuousClock.now
    let state = Mutex((matrix: known, done: before))
    try align(documents, indices: missing) { result in
      if isCancelled() { throw CancellationError() }
      try record?.keep(result.distances, toDocument: result.document)
      let done = state.withLock { state in
        state.matrix.set(result.distances, toDocument: result.document)
        state.done += 1
        return state.done
      }
      let seconds = (ContinuousClock.now - began) / .seconds(1)
      progress?(
        AlignmentProgress(
          done: done * queryCount, total: total * queryCount,
          pairsPerSecond: Double((done - before) * queryCount)
            / max(seconds, 1e-9)))
    }
    return state.withLock { $0.matrix }
  }

  /// Queries that one worker takes with one document. Where documents are
  /// few, several workers share one, each with queries of a thousand frames.
  private func queryRanges(documents: Int) -> [Range<Int>] {
    guard documents < 64, queryCount > 1 else { return [0..<queryCount] }
    var ranges: [Range<Int>] = []
    var first = 0
    for query in 0..<queryCount
    where queries.starts[query + 1] - queries.starts[first] >= 960
      || query == queryCount - 1
    {
      ranges.append(first..<query + 1)
      first = query + 1
    }
    return ranges
  }
}

/// The work that is left, handed out in order until it is done or fails.
private final class Tickets: Sendable {
  let count: Int
  private let state = Mutex<(next: Int, error: (any Error)?)>((0, nil))

  init(count: Int) {
    self.count = count
  }

  func next() -> Int? {
    state.withLock { state in
      guard state.next < count, state.error == nil else { return nil }
      state.next += 1
      return state.next - 1
    }
  }

  /// The first error counts.
  func stop(_ error: any Error) {
    state.withLock { $0.error = $0.error ?? error }
  }

  var error: (any Error)? { state.withLock { $0.error } }
  var isStopped: Bool { error != nil }
}
