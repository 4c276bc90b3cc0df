import Dispatch
import Synchronization

/// Some processes that all do the same; each started when it is first
/// needed.
final class PythonPool: Sendable {
  private let start: @Sendable () throws -> PythonProcess
  private let free: DispatchSemaphore
  private let idle = Mutex<[PythonProcess]>([])

  /// - Parameters:
  ///   - first: the one that has been started already.
  ///   - count: so many at most.
  init(
    first: PythonProcess, count: Int,
    start: @escaping @Sendable () throws -> PythonProcess
  ) {
    self.start = start
    free = DispatchSemaphore(value: count)
    idle.withLock { $0 = [first] }
  }

  /// Calls `body` with a process that nobody else talks to meanwhile; waits
  /// for one if all are busy. One that has ended in `body` is replaced when
  /// the next is needed.
  func withProcess<R>(_ body: (PythonProcess) throws -> R) throws -> R {
    free.wait()
    defer { free.signal() }
    let process = try idle.withLock { $0.popLast() } ?? start()
    defer { if process.isRunning { idle.withLock { $0.append(process) } } }
    return try body(process)
  }
}
