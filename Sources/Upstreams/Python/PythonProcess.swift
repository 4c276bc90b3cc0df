import Diagnostics
import Files
import Foundation
import Synchronization

/// A Python that runs the bridge's script; ended with its owner, and by the
/// kernel if this process ends in any other way.
///
/// One thread at a time talks to it.
final class PythonProcess: Sendable {
  /// Requests and replies.
  let channel: Int32
  /// What the user's code prints, to either of its streams.
  let output: Int32
  /// Nothing is written to it: that it closes is the message.
  private let life: Int32
  private let process: ChildProcess
  private let state: Mutex<State>
  private let forwardsOutput: Bool

  private struct State {
    /// How the process has been seen to end.
    var end: ChildProcess.End?
    /// The last of what was printed.
    var tail: [UInt8] = []
  }

  /// - Parameter forwardsOutput: whether what the user's code prints appears
  ///   on this process's standard error.
  init(_ settings: PythonSettings, forwardsOutput: Bool) throws {
    self.forwardsOutput = forwardsOutput
    var descriptors: [Int32] = []
    var isStarted = false
    defer { if !isStarted { for end in descriptors { close(end) } } }
    // The ends of sockets are never inherited by somebody else's process,
    // which would keep them open when this one is gone. The output may be:
    // nobody waits for its end.
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    for isOutput in [false, true, false] {
      var ends: [Int32] = [0, 0]
      guard
        (isOutput ? pipe(&ends) : socketpair(AF_UNIX, kind, 0, &ends)) == 0
      else { throw UserError.system("cannot make a pipe", settings.executable) }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      descriptors += ends
    }
    process = try Self.start(
      settings, channel: descriptors[1], output: descriptors[3],
      life: descriptors[4])
    isStarted = true
    channel = descriptors[0]
    output = descriptors[2]
    life = descriptors[5]
    for end in [descriptors[1], descriptors[3], descriptors[4]] { close(end) }
    for end in [channel, output] {
      _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
    }
    state = Mutex(State())
  }

  deinit {
    end()
    for end in [channel, output, life] { close(end) }
  }

  /// Whether it has not been seen to end.
  var isRunning: Bool { state.withLock { $0.end == nil } }

  /// The last lines that the user's code printed, as one.
  var lastLines: String? {
    let text = state.withLock { String(decoding: $0.tail, as: UTF8.self) }
    let lines = text.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }
    return lines.isEmpty ? nil : lines.suffix(4).joined(separator: " | ")
  }

  /// Ends it and whatever it has started, if it has not ended by itself.
  func end() {
    let end = process.kill()
    state.withLock { $0.end = end }
  }

  /// Says how it ended, after its end of the channel has closed: with which
  /// status or signal.
  func reasonOfEnd() -> String {
    let deadline = ContinuousClock.now + .seconds(2)
    while isRunning, ContinuousClock.now < deadline {
      if let end = process.poll() {
        state.withLock { $0.end = end }
      } else {
        usleep(1000)
      }
    }
    if isRunning { end() }
    takeOutput()
    switch process.kill() {
    case .exited(let status): return "with exit status \(status)"
    case .signalled(let signal):
      return "by signal \(signal), \(String(cString: strsignal(signal)))"
    }
  }

  /// Takes what has been printed so far.
  func takeOutput() {
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(output, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      state.withLock { [chunk] state in
        state.tail += chunk[..<count]
        if state.tail.count > 8192 {
          state.tail.removeFirst(state.tail.count - 4096)
        }
      }
      if forwardsOutput { StandardError.write(chunk[..<count]) }
    }
  }

  private static func start(
    _ settings: PythonSettings, channel: Int32, output: Int32, life: Int32
  ) throws -> ChildProcess {
    let command = [settings.executable, "-c", BridgeScript.text]
    var program = ChildProcess.Program(
      settings.executable, Array(command.dropFirst()))
    program.environment = settings.environment
    // A group of its own: an interrupt from the keyboard is for superb. The
    // session is a worker's, which answers for the memory.
    program.leadsSession = false
    // What is printed must never get among the replies.
    return try ChildProcess(
      program, descriptors: [channel, output, output, life])
  }
}
