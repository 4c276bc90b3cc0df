import Diagnostics
import Foundation
import Synchronization

/// Speech by the program espeak-ng, which is run once an utterance.
///
/// The same utterance gives the same samples with the same version of
/// espeak-ng. May be used from many threads at once.
struct Synthesizer: Sendable {
  private let program: String
  private let environment: [String]
  /// What the program calls itself, such as "1.51".
  let version: String

  /// Finds the program, on PATH unless it has a slash.
  init(program: String = "espeak-ng") throws {
    self.program = program
    environment = ProcessInfo.processInfo.environment
      .map { "\($0.key)=\($0.value)" }.sorted()
    let greeting = try Self.output(
      of: program, ["--version"], environment: environment)
    let words = String(decoding: greeting, as: UTF8.self)
      .split(whereSeparator: \.isWhitespace).map(String.init)
    version =
      words.first { $0.first?.isNumber == true && $0.contains(".") }
      ?? "unknown"
  }

  /// The utterance at the program's own rate.
  func speak(_ utterance: Utterance) throws -> WaveFile {
    let voice = utterance.voice
    let delivery = utterance.delivery
    let pitch = max(0, min(99, voice.pitch + delivery.pitch))
    let speed = (Double(voice.speed) * delivery.rate).rounded()
    let range = Int((delivery.range * 100).rounded())
    let text = """
      <speak><prosody range="\(range)%">\(utterance.text)</prosody></speak>
      """
    let bytes = try Self.output(
      of: program,
      [
        "-b", "1", "-m", "--stdout", "-v", "\(voice.accent)+\(voice.variant)",
        "-p", "\(pitch)", "-s", "\(Int(max(80, min(450, speed))))", text,
      ], environment: environment)
    guard let wave = WaveFile(bytes), wave.samples.contains(where: { $0 != 0 })
    else {
      throw UserError(
        "no speech came for '\(utterance.text)' in voice"
          + " \(voice.accent)+\(voice.variant)",
        at: program, fix: "use espeak-ng 1.50 or newer with its voices")
    }
    return wave
  }
}

// MARK: - Running the program

extension Synthesizer {
  /// What the program writes to its standard output.
  private static func output(
    of program: String, _ arguments: [String], environment: [String]
  ) throws -> [UInt8] {
    let (child, pipe) = try starting.withLock { _ in
      try start(program, arguments, environment)
    }
    let bytes = readAll(pipe)
    close(pipe)
    let end = wait(for: child)
    guard end == 0 else {
      throw UserError("failed with wait status \(end)", at: program)
    }
    return bytes
  }

  /// Held from the opening of a pipe until its writing end is closed here:
  /// a child started in between would inherit that end, and the pipe would
  /// not end before that child does.
  private static let starting = Mutex(())

  /// A running child, and the reading end of its standard output.
  private static func start(
    _ program: String, _ arguments: [String], _ environment: [String]
  ) throws -> (pid_t, Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw failure("cannot open a pipe", program, errno)
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)

    let argv = ([program] + arguments).map { strdup($0) } + [nil]
    let envp = environment.map { strdup($0) } + [nil]
    defer { for text in argv + envp { free(text) } }
    var child: pid_t = 0
    let status = posix_spawnp(&child, program, &actions, nil, argv, envp)
    close(ends[1])
    guard status == 0 else {
      close(ends[0])
      if status == ENOENT {
        throw UserError(
          "espeak-ng, which speaks the demo corpora, is not installed",
          at: program, fix: "apt-get install espeak-ng")
      }
      throw failure("cannot be started", program, status)
    }
    return (child, ends[0])
  }

  private static func readAll(_ file: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(file, &block, block.count)
      if count > 0 {
        bytes.append(contentsOf: block[..<count])
      } else if count == 0 || errno != EINTR {
        return bytes
      }
    }
  }

  private static func wait(for child: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 {
      if errno != EINTR { return -1 }
    }
    return status
  }

  private static func failure(
    _ what: String, _ program: String, _ code: Int32
  ) -> UserError {
    UserError("\(what): \(String(cString: strerror(code)))", at: program)
  }
}
