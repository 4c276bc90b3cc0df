import CProcess
import Diagnostics
import Foundation
import Synchronization

/// A program that runs beside this process and never longer: it ends with its
/// owner, takes along what it has started, and is ended by the kernel if this
/// process is killed.
package final class ChildProcess: Sendable {
  /// What to start, and as what.
  package struct Program: Sendable {
    package var executable: String
    /// Without the program's own name.
    package var arguments: [String]
    /// All that the program sees; this process's own if nil.
    package var environment: [String: String]?
    /// Whether it leads a session, so that all it starts can be found. What
    /// is only a group belongs to its parent's session.
    package var leadsSession = true
    /// What the kernel sends it when this process ends.
    package var deathSignal = SIGKILL

    package init(_ executable: String, _ arguments: [String]) {
      self.executable = executable
      self.arguments = arguments
    }

    /// This program again, which calls ``Lifeline/hold()``: it ends with its
    /// parent in its own way, and says what it has to say itself when it
    /// crashes.
    package static func itself(
      _ executable: String, _ arguments: [String]
    ) -> Program {
      var program = Program(executable, arguments)
      program.deathSignal = SIGTERM
      program.environment = ProcessInfo.processInfo.environment.merging([
        "SWIFT_BACKTRACE": "enable=no", Lifeline.variable: "\(getpid())",
      ]) { $1 }
      return program
    }
  }

  /// How a process has ended by itself.
  package enum End: Equatable, Sendable {
    case exited(Int32)
    case signalled(Int32)

    /// - Parameter status: as `waitpid` gives it.
    fileprivate init(status: Int32) {
      let signal = status & 0x7f
      self = signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
    }
  }

  package let identifier: pid_t
  /// Readable once it has ended; -1 where the kernel has none.
  let endDescriptor: Int32
  private let leadsSession: Bool
  private let end = Mutex<End?>(nil)

  /// - Parameter descriptors: what the program finds as 0, 1, 2, …; -1 stands
  ///   for `/dev/null`. They stay the caller's.
  /// - Throws: `UserError` that names the program.
  package init(_ program: Program, descriptors: [Int32]) throws {
    let code = Spawner.shared.start(program, descriptors)
    guard code > 0 else {
      throw UserError.system(
        "cannot start this program", program.executable, code: -code)
    }
    identifier = code
    leadsSession = program.leadsSession
    endDescriptor = superb_process_descriptor(code)
  }

  deinit {
    kill()
    if endDescriptor >= 0 { close(endDescriptor) }
  }

  /// How it has ended; nil while it runs. What it has left behind is ended.
  package func poll() -> End? {
    end.withLock { end in
      if end == nil, superb_has_ended(identifier) != 0 { end = reap() }
      return end
    }
  }

  /// Sends a signal to the process and its group.
  package func send(_ signal: Int32) {
    end.withLock { end in
      if end == nil { _ = Foundation.kill(-identifier, signal) }
    }
  }

  /// Ends it at once, if it has not ended by itself.
  @discardableResult
  package func kill() -> End {
    end.withLock { known in
      if let known { return known }
      // Who is in another session is found as long as it is there.
      let others = leadsSession ? members : []
      Foundation.kill(-identifier, SIGKILL)
      // Where it is not yet the leader of its group, or no longer in it.
      for process in others + [identifier] {
        Foundation.kill(process, SIGKILL)
      }
      let end = reap()
      known = end
      return end
    }
  }

  /// Every process that it has started and that still runs, itself included.
  package var members: [pid_t] {
    guard leadsSession else { return [identifier] }
    let session = ProcessMemory.processes.filter { getsid($0) == identifier }
    return Array(
      Set(session + [identifier] + ProcessFamily.descendants(of: identifier)))
  }

  /// Ends the others first, while the id cannot have become another's.
  private func reap() -> End {
    while superb_has_ended(identifier) == 0 { usleep(200) }
    Foundation.kill(-identifier, SIGKILL)
    // Somebody may have been started while the others were looked up, and
    // those of another session are orphans only now.
    for _ in 0..<20 where leadsSession {
      let others = members.filter { $0 != identifier }
      for other in others { Foundation.kill(other, SIGKILL) }
      let orphans = Spawner.shared.endOrphans()
      if others.isEmpty, orphans == 0 { break }
    }
    Spawner.shared.release(identifier)
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    Spawner.shared.forget(identifier)
    return End(status: status)
  }
}

/// The thread that starts every child. The kernel's signal to a child whose
/// parent has ended comes when the *thread* ends that started it; this one
/// ends with the process.
private final class Spawner: Sendable {
  static let shared = Spawner()

  private let orders = Mutex<[@Sendable () -> Void]>([])
  /// The children that have not been waited for.
  private let children = Mutex<Set<pid_t>>([])
  private let waiting = DispatchSemaphore(value: 0)
  /// Ends what is stopped when this process is killed.
  private let guardian = superb_start_guard()

  private init() {
    let thread = Thread { [self] in
      while true {
        waiting.wait()
        let order = orders.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        order?()
      }
    }
    thread.name = "spawner"
    thread.start()
  }

  /// The new process's id, or a negative error number.
  func start(_ program: ChildProcess.Program, _ descriptors: [Int32]) -> pid_t {
    let result = Mutex<pid_t>(-EAGAIN)
    let done = DispatchSemaphore(value: 0)
    orders.withLock {
      $0.append { [self] in
        let code = children.withLock { children in
          let code = Spawner.spawn(program, descriptors)
          if code > 0 {
            children.insert(code)
            superb_tell_guard(guardian, code)
          }
          return code
        }
        result.withLock { $0 = code }
        done.signal()
      }
    }
    waiting.signal()
    done.wait()
    return result.withLock { $0 }
  }

  /// A child's id may soon be another's.
  func release(_ child: pid_t) { superb_tell_guard(guardian, -child) }

  /// A child has been waited for.
  func forget(_ child: pid_t) {
    children.withLock { _ = $0.remove(child) }
  }

  /// Ends what children that have ended have left behind, and says how many
  /// there were.
  func endOrphans() -> Int {
    children.withLock { children in
      let orphans = ProcessFamily.orphans(besides: children)
      for orphan in orphans { ProcessFamily.end(orphan: orphan) }
      return orphans.count
    }
  }

  private static func spawn(
    _ program: ChildProcess.Program, _ descriptors: [Int32]
  ) -> pid_t {
    let environment =
      program.environment ?? ProcessInfo.processInfo.environment
    let words = ([program.executable] + program.arguments).map { strdup($0) }
    let variables = environment.map { strdup("\($0.key)=\($0.value)") }
    defer { (words + variables).forEach { free($0) } }
    return program.executable.withCString { path in
      (words + [nil]).withUnsafeBufferPointer { words in
        (variables + [nil]).withUnsafeBufferPointer { variables in
          descriptors.withUnsafeBufferPointer { descriptors in
            var spawn = superb_spawn_request()
            spawn.path = path
            spawn.arguments = words.baseAddress
            spawn.environment = variables.baseAddress
            spawn.descriptors = descriptors.baseAddress
            spawn.descriptor_count = Int32(descriptors.count)
            spawn.death_signal = program.deathSignal
            spawn.new_session = program.leadsSession ? 1 : 0
            return superb_spawn(&spawn)
          }
        }
      }
    }
  }
}
