import Diagnostics
import Foundation
import Synchronization

/// How far a preparation has come: files of so many.
package typealias PreparationProgress =
  @Sendable (_ done: Int, _ of: Int) -> Void

/// Numbered work on all cores.
enum PreparedWork {
  /// Calls `work` for every number below `count`.
  ///
  /// - Throws: the first error, or ``Interrupted`` if the user wants an end.
  static func each(
    _ count: Int, _ progress: PreparationProgress,
    _ work: @Sendable (Int) throws -> Void
  ) throws {
    struct State {
      var done = 0
      var error: (any Error)?
    }
    let state = Mutex(State())
    let jobs = ProcessInfo.processInfo.activeProcessorCount
    DispatchQueue.concurrentPerform(iterations: jobs) { worker in
      for index in stride(from: worker, to: count, by: jobs) {
        do {
          if Interruption.isRequested { throw Interrupted() }
          if state.withLock({ $0.error != nil }) { return }
          try work(index)
          state.withLock { state in
            state.done += 1
            progress(state.done, count)
          }
        } catch {
          state.withLock { state in state.error = state.error ?? error }
          return
        }
      }
    }
    if let error = state.withLock({ $0.error }) { throw error }
  }
}
