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
  let channel: RawFile
  /// What the user's code prints, to either of its streams.
  let output: RawFile
  /// Nothing is written to it: that it closes is the message.
  private let life: RawFile
  private let process: ChildProcess
  private let state = Mutex(State())
  private let forwardsOutput: Bool

  private struct State {
    /// How the process has been seen to end.
    var end: ChildProcess.End?
    /// The last of what was printed.
    var printed = BoundedText(head: 0, tail: 4096)
  }

  /// Where its module and waveforms are; nil for wherever the class puts them.
  let device: String?

  /// - Parameter forwardsOutput: whether what the user's code prints appears
  ///   on this process's standard error.
  init(
    _ settings: PythonSettings, device: String? = nil, forwardsOutput: Bool
  ) throws {
    self.forwardsOutput = forwardsOutput
    self.device = device
    // What somebody else's process inherits stays open when this one is gone.
    // The output may be: nobody waits for its end.
    let name = settings.executable
    let requests = try RawFile.pipe(name, isTwoWay: true)
    let prints = try RawFile.pipe(name)
    let lives = try RawFile.pipe(name, isTwoWay: true)
    var program = ChildProcess.Program(name, ["-c", BridgeScript.text])
    program.environment = settings.environment(onDevice: device)
    // A group of its own: an interrupt from the keyboard is for superb. The
    // session is a worker's, which answers for the memory.
    program.leadsSession = false
    // What is printed must never get among the replies.
    let theirs = [
      requests.writing, prints.writing, prints.writing, lives.reading,
    ]
    process = try withExtendedLifetime(theirs) {
      try ChildProcess(program, descriptors: theirs.map(\.descriptor))
    }
    channel = requests.reading
    output = prints.reading
    life = lives.writing
    for end in [channel, output] { end.stopWaiting() }
  }

  deinit { end() }

  /// Whether it has not been seen to end.
  var isRunning: Bool { state.withLock { $0.end == nil } }

  /// The last lines that the user's code printed, as one.
  var lastLines: String? {
    let lines = state.withLock { $0.printed.text }.split(
      whereSeparator: \.isNewline
    )
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
      let count = read(output.descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      chunk[..<count].withUnsafeBytes { bytes in
        state.withLock { $0.printed.append(bytes) }
      }
      if forwardsOutput { StandardError.write(chunk[..<count]) }
    }
  }
}
