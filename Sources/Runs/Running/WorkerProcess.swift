import Diagnostics
import Files
import Foundation
import Synchronization
import Training

/// A worker as its parent sees it: started, listened to, and ended if it
/// stops giving signs of life.
struct WorkerProcess {
  /// How a worker's process has ended.
  enum End: Equatable {
    case exited(Int32)
    case signalled(Int32)
    /// It sent nothing for so many seconds and was ended.
    case hung(seconds: Int)
    /// It took more than so many bytes of memory and was ended.
    case grewTooLarge(bytes: Int)
  }

  let executable: String
  let folder: String
  let arguments: [String]

  init(executable: String, folder: String) {
    self.executable = executable
    self.folder = folder
    arguments = [executable, Worker.command, folder]
  }

  /// One that trains several experiments. What it writes to standard error
  /// goes to the first one's `worker.log`.
  init(executable: String, jointly folders: [String]) {
    self.executable = executable
    folder = folders.first ?? "."
    arguments = [executable, JointTraining.command] + folders
  }

  /// Runs the worker to its end. What it writes to standard error goes to
  /// `worker.log` in its folder.
  func run(
    limits: WorkerLimits, onMessage: (WorkerMessage) -> Void
  ) throws -> End {
    let (process, messages, life) = try Self.spawning.withLock { _ in
      try start()
    }
    defer {
      close(messages)
      close(life)
    }
    return listen(
      to: messages, process: process, limits: limits, onMessage: onMessage)
  }

  /// A worker must not inherit the pipes of its neighbours: they would hold
  /// each other's standard input open when the parent is gone. So nobody
  /// else makes a pipe or starts a process meanwhile.
  private static let spawning = Mutex(())

  /// Starts the process. Gives the reading end of its messages and the
  /// writing end of its standard input.
  private func start() throws -> (pid_t, messages: Int32, life: Int32) {
    let messages = try Self.makePipe()
    let life = try Self.makePipe()
    defer {
      close(messages.writing)
      close(life.reading)
    }
    do {
      let process = try spawn(output: messages.writing, input: life.reading)
      return (process, messages.reading, life.writing)
    } catch {
      close(messages.reading)
      close(life.writing)
      throw error
    }
  }

  private static func makePipe() throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
      throw UserError("cannot make a pipe: \(posixReason())")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private func spawn(output: Int32, input: Int32) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_addopen(
      &actions, STDERR_FILENO, folder + "/worker.log",
      O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    var arguments = arguments.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    var process: pid_t = 0
    let code = posix_spawn(
      &process, executable, &actions, nil, &arguments, environ)
    guard code == 0 else {
      throw UserError(
        "cannot start a worker: \(posixReason(code))", at: executable)
    }
    return process
  }

  private func listen(
    to descriptor: Int32, process: pid_t, limits: WorkerLimits,
    onMessage: (WorkerMessage) -> Void
  ) -> End {
    var pending = Data()
    var lastSign = Date()
    var askedToStop: Date?
    let decoder = JSONDecoder()
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      if poll(&request, 1, 100) > 0 {
        let count = read(descriptor, &chunk, chunk.count)
        if count == 0 { return wait(for: process) }
        if count > 0 {
          lastSign = Date()
          pending.append(contentsOf: chunk[..<count])
          while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
            let line = pending[pending.startIndex..<end]
            if let message = try? decoder.decode(
              WorkerMessage.self, from: line)
            {
              onMessage(message)
            }
            pending.removeSubrange(pending.startIndex...end)
          }
        }
      }
      if Interruption.isRequested, askedToStop == nil {
        kill(process, SIGTERM)
        askedToStop = Date()
      }
      if let asked = askedToStop, Date().timeIntervalSince(asked) > 20 {
        kill(process, SIGKILL)
      }
      if Date().timeIntervalSince(lastSign) > Double(limits.stallSeconds) {
        kill(process, SIGKILL)
        _ = wait(for: process)
        return .hung(seconds: limits.stallSeconds)
      }
      if Self.memory(of: process) > limits.memoryBytes {
        kill(process, SIGKILL)
        _ = wait(for: process)
        return .grewTooLarge(bytes: limits.memoryBytes)
      }
    }
  }

  /// Bytes of a process that no file backs; 0 if that cannot be told.
  private static func memory(of process: pid_t) -> Int {
    // In pages: "size resident shared …".
    let pages =
      FileManager.default.contents(atPath: "/proc/\(process)/statm")
      .map { String(decoding: $0, as: UTF8.self) }?
      .split(separator: " ").compactMap { Int($0) } ?? []
    return pages.count > 2 ? (pages[1] - pages[2]) * Int(getpagesize()) : 0
  }

  private func wait(for process: pid_t) -> End {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
  }
}
