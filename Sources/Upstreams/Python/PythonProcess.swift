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
  private let identifier: pid_t
  private let state: Mutex<State>
  private let forwardsOutput: Bool

  private struct State {
    /// As `waitpid` gives it, once the process has ended.
    var status: Int32?
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
    identifier = try Self.spawn(
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
  var isRunning: Bool { state.withLock { $0.status == nil } }

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
    state.withLock { state in
      guard state.status == nil else { return }
      kill(-identifier, SIGKILL)
      kill(identifier, SIGKILL)
      state.status = Self.wait(for: identifier)
    }
  }

  /// Says how it ended, after its end of the channel has closed: with which
  /// status or signal.
  func reasonOfEnd() -> String {
    let deadline = ContinuousClock.now + .seconds(2)
    while isRunning, ContinuousClock.now < deadline {
      var status: Int32 = 0
      if waitpid(identifier, &status, WNOHANG) == identifier {
        state.withLock { [status] in $0.status = status }
      } else {
        usleep(1000)
      }
    }
    if isRunning { end() }
    takeOutput()
    let status = state.withLock { $0.status } ?? 0
    let signal = status & 0x7f
    return signal == 0
      ? "with exit status \((status >> 8) & 0xff)"
      : "by signal \(signal), \(String(cString: strsignal(signal)))"
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

  private static func wait(for process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status
  }

  private static func spawn(
    _ settings: PythonSettings, channel: Int32, output: Int32, life: Int32
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // What is printed must never get among the replies.
    for (end, place) in [
      (channel, STDIN_FILENO), (output, STDOUT_FILENO),
      (output, STDERR_FILENO), (life, STDERR_FILENO + 1),
    ] {
      posix_spawn_file_actions_adddup2(&actions, end, place)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    // A group of its own: an interrupt from the keyboard is for superb, and
    // what the user's code starts can be ended with it.
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(
        POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    let command = [settings.executable, "-c", BridgeScript.text]
    var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
    words.append(nil)
    var variables: [UnsafeMutablePointer<CChar>?] = settings.environment.map {
      strdup("\($0.key)=\($0.value)")
    }
    variables.append(nil)
    defer { (words + variables).forEach { free($0) } }
    var process: pid_t = 0
    let code = posix_spawn(
      &process, settings.executable, &actions, &attributes, &words, &variables)
    guard code == 0 else {
      throw UserError.system(
        "cannot start Python", settings.executable, code: code)
    }
    return process
  }
}
