import Dispatch
import Synchronization

/// Some processes that all do the same; each started when it is first
/// needed.
final class PythonPool: Sendable {
  private let start: @Sendable (_ device: String?) throws -> PythonProcess
  private let free: DispatchSemaphore
  private let idle = Mutex<[PythonProcess]>([])
  /// Devices without a process.
  private let devices: Mutex<[String]>

  /// - Parameters:
  ///   - first: the one that has been started already.
  ///   - count: so many at most.
  ///   - devices: for the others, one each; none for wherever the class is.
  init(
    first: PythonProcess, count: Int, devices: [String] = [],
    start: @escaping @Sendable (_ device: String?) throws -> PythonProcess
  ) {
    self.devices = Mutex(devices)
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
    let process = try idle.withLock { $0.popLast() } ?? started()
    defer {
      if process.isRunning {
        idle.withLock { $0.append(process) }
      } else {
        giveBack(process.device)
      }
    }
    return try body(process)
  }

  private func started() throws -> PythonProcess {
    let device = devices.withLock { $0.popLast() }
    do {
      return try start(device)
    } catch {
      giveBack(device)
      throw error
    }
  }

  private func giveBack(_ device: String?) {
    if let device { devices.withLock { $0.append(device) } }
  }
}
