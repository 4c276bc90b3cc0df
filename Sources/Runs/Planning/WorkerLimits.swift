import Diagnostics

/// What a worker may not do without being ended.
package struct WorkerLimits: Sendable {
  /// Seconds without a sign of life.
  package var stallSeconds = 1800
  /// Bytes of memory that it and what it starts hold, shared memory included;
  /// files on a disk that it only looks at do not count.
  package var memoryBytes = MachineMemory.total / 10 * 9

  package init() {}
}
