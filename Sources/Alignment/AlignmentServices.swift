import TaskABI

/// What a host lends to one call of "superb.dtw/1".
package struct AlignmentServices: Sendable {
  /// The most threads to work on; as many as there are cores if nil.
  package var threads: Int?
  /// Asked after each document, on any thread.
  package var isCancelled: @Sendable () -> Bool
  /// Told after each document, on any thread but never on two at once.
  package var progress: (@Sendable (AlignmentProgress) -> Void)?
  /// Opens the memory of what was finished before, by settings, dim, queries
  /// and documents.
  package var record:
    (
      @Sendable (DTWSettings, Int, any FrameSource, any FrameSource) throws
        -> any AlignmentRecord
    )?

  /// Nil where this process aligns all. Used on the calling thread alone.
  package nonisolated(unsafe) var share: AlignmentShare?

  package init(
    threads: Int? = nil, isCancelled: @escaping @Sendable () -> Bool,
    progress: (@Sendable (AlignmentProgress) -> Void)? = nil
  ) {
    self.threads = threads
    self.isCancelled = isCancelled
    self.progress = progress
  }

  /// Asks the host itself, and lends nothing more.
  package init(cancelledBy host: UnsafePointer<superb_host>?) {
    guard let host, let cancelled = host.pointee.cancelled else {
      self.init { false }
      return
    }
    // The contract lets any thread ask.
    nonisolated(unsafe) let borrowed = host
    self.init { cancelled(borrowed) != 0 }
  }
}

/// Remembers finished documents, so that a run that was stopped goes on
/// where it was.
package protocol AlignmentRecord: Sendable {
  /// The distances of all queries to a document, if it was finished before.
  func distances(toDocument index: Int) -> [Float]?
  /// Keeps them. Never called on two threads at once.
  func keep(_ distances: [Float], toDocument index: Int) throws
}

/// How far a call has come.
package struct AlignmentProgress: Sendable, Equatable {
  /// Pairs of a query and a document that need no more work.
  package var done: Int
  package var total: Int
  /// Pairs aligned in a second, those of an earlier run left out.
  package var pairsPerSecond: Double

  /// At the present rate.
  package var secondsLeft: Double {
    pairsPerSecond > 0 ? Double(total - done) / pairsPerSecond : .infinity
  }
}
