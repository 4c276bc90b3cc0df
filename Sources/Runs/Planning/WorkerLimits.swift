import Diagnostics

/// What a worker may not do without being ended, and with whom it works.
package struct WorkerLimits: Sendable {
  /// Seconds without a sign of life.
  package var stallSeconds = 1800
  /// Bytes of memory that it and what it starts hold, shared memory included;
  /// files on a disk that it only looks at do not count.
  package var memoryBytes = MachineMemory.total / 10 * 9
  /// Nil for a worker that trains alone.
  package var team: WorkerTeam?

  package init() {}
}

/// Workers that train one experiment together, as one of them sees it.
package struct WorkerTeam: Sendable {
  package var rank: Int
  package var size: Int
  /// By which it speaks to its parent.
  package var descriptors: [Int32]

  package init(rank: Int, size: Int, descriptors: [Int32]) {
    (self.rank, self.size) = (rank, size)
    self.descriptors = descriptors
  }
}
