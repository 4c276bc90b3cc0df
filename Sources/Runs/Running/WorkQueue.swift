import Foundation
import Records
import Synchronization

/// The experiments of a run that are still to do, shared by the threads that
/// do them.
final class WorkQueue: Sendable {
  private struct State {
    var waiting: [(RunCell, Int)] = []
    /// Experiments left of each cell, by its folder.
    var remaining: [String: Int] = [:]
    var failures = 0
    var firstError: (any Error)?
    /// Results that their folders have refused, by folder.
    var unwritten: [String: ExperimentResult] = [:]
    /// Cells one of whose experiments has another result than before.
    var changed: Set<String> = []
    /// Why experiments cannot be run any more, by folder.
    var lost: [String: ExperimentResult.Failure] = [:]
  }

  private let state = Mutex(State())
  private let announcements = Mutex(())

  func expect(_ count: Int, of cell: String) {
    state.withLock { $0.remaining[cell] = count }
  }

  func fill(_ work: [(RunCell, Int)]) {
    state.withLock { $0.waiting = work.reversed() }
  }

  func next() -> (RunCell, Int)? {
    state.withLock { $0.firstError == nil ? $0.waiting.popLast() : nil }
  }

  /// Counts one experiment of the cell as done, and says if it was the last.
  func isLast(of cell: String) -> Bool {
    state.withLock { state in
      let left = (state.remaining[cell] ?? 1) - 1
      state.remaining[cell] = left
      return left == 0
    }
  }

  /// Takes note that an experiment of the cell has another result than before.
  func noteChange(of cell: String) {
    _ = state.withLock { $0.changed.insert(cell) }
  }

  /// Whether ``noteChange(of:)`` was told.
  func hasChanged(_ cell: String) -> Bool {
    state.withLock { $0.changed.contains(cell) }
  }

  func countFailure() {
    state.withLock { $0.failures += 1 }
  }

  var failures: Int { state.withLock { $0.failures } }

  /// Remembers a result that its folder has refused.
  func keep(_ result: ExperimentResult, of folder: String) {
    state.withLock { $0.unwritten[folder] = result }
  }

  /// What ``keep(_:of:)`` remembers.
  func result(of folder: String) -> ExperimentResult? {
    state.withLock { $0.unwritten[folder] }
  }

  /// Gives up the experiments in `folders`.
  func fail(_ folders: [String], _ failure: ExperimentResult.Failure) {
    state.withLock { state in
      for folder in folders { state.lost[folder] = failure }
    }
  }

  /// What ``fail(_:_:)`` was told.
  func failure(of folder: String) -> ExperimentResult.Failure? {
    state.withLock { $0.lost[folder] }
  }

  /// Keeps the first error that no cell can answer for.
  func note(_ error: any Error) {
    state.withLock { state in
      if state.firstError == nil { state.firstError = error }
    }
  }

  var firstError: (any Error)? { state.withLock { $0.firstError } }

  /// Runs `body` while no other announcement runs.
  func announce(_ body: () -> Void) {
    announcements.withLock { _ in body() }
  }
}
