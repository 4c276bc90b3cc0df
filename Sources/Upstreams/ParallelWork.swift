import Diagnostics
import Foundation
import Synchronization

/// Numbered work that is done on several threads, in order of the numbers as
/// far as threads allow.
final class ParallelWork: Sendable {
  enum Outcome { case done, later }

  private struct State {
    var next = 0
    var postponed: [Int] = []
    /// Postponed work in a row without anything done between.
    var fruitless = 0
    var error: (any Error)?
  }

  private let count: Int
  private let state = Mutex(State())

  private init(count: Int) { self.count = count }

  /// Calls `work` for every number below `count`, each on one of `threads`
  /// threads with a context of its thread's own. Work whose outcome is
  /// `later` is offered again when all else has been.
  ///
  /// - Parameters:
  ///   - tick: called on the caller's thread, some ten times a second and
  ///     once in the end.
  ///   - isCancelled: asked on the caller's thread as often.
  /// - Throws: the first error, after all threads have ended, or
  ///   `CancellationError`.
  static func run<Context>(
    count: Int, threads: Int, tick: () -> Void, isCancelled: () -> Bool,
    context: @escaping @Sendable () throws -> Context,
    work: @escaping @Sendable (Int, inout Context) throws -> Outcome
  ) throws {
    if count == 0 { return }
    let shared = ParallelWork(count: count)
    let group = DispatchGroup()
    for _ in 0..<max(1, min(threads, count)) {
      group.enter()
      let thread = Thread {
        shared.serve(context: context, work: work)
        group.leave()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    while group.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
      tick()
      if isCancelled() { shared.stop(CancellationError()) }
    }
    tick()
    if let error = shared.state.withLock({ $0.error }) { throw error }
  }

  private func stop(_ error: any Error) {
    state.withLock { if $0.error == nil { $0.error = error } }
  }

  private func serve<Context>(
    context: () throws -> Context,
    work: (Int, inout Context) throws -> Outcome
  ) {
    do {
      var own = try context()
      while let index = take() {
        switch try work(index, &own) {
        case .done: state.withLock { $0.fruitless = 0 }
        case .later: postpone(index)
        }
      }
    } catch {
      stop(error)
    }
  }

  private func take() -> Int? {
    state.withLock { state in
      if state.error != nil { return nil }
      if state.next < count {
        state.next += 1
        return state.next - 1
      }
      return state.postponed.isEmpty ? nil : state.postponed.removeFirst()
    }
  }

  private func postpone(_ index: Int) {
    let waits = state.withLock { state in
      state.postponed.append(index)
      state.fruitless += 1
      return state.next >= count
        && state.fruitless >= state.postponed.count
    }
    // Everything that is left is being done by somebody else.
    if waits { usleep(20_000) }
  }
}
