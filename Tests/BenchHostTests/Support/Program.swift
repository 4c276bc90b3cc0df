import Foundation

/// The built `superb`, run as a user runs it.
enum Program {
  /// What one run of it came to.
  struct Outcome {
    /// Nil if a signal ended it.
    var exitCode: Int32?
    var signal: Int32?
    var output: String
    var errors: String
    var seconds: Double
    /// Of the processor, its workers' included that it waited for: what it
    /// takes whatever else the machine does.
    var cpuSeconds: Double
  }

  /// It lies beside the tests, in `.build/<configuration>`.
  static let executable: String = {
    let tests =
      (try? FileManager.default.destinationOfSymbolicLink(
        atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return (tests as NSString).deletingLastPathComponent + "/superb"
  }()

  /// The checkout that the tests were built from.
  static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// Runs it to its end.
  static func run(
    _ arguments: [String], in folder: String,
    environment: [String: String] = [:], timeout: Double = 600
  ) throws -> Outcome {
    try RunningProgram(arguments, in: folder, environment: environment)
      .outcome(timeout: timeout)
  }
}

/// A `superb` that may still be running; ended with its owner.
final class RunningProgram {
  let identifier: pid_t
  private let started = Date()
  private let files: (output: String, errors: String)
  /// As `waitpid` gives it, once it has ended.
  private var status: Int32?
  private var usage = rusage()

  /// - Parameter before: what the shell does first: `ulimit …  && `.
  init(
    _ arguments: [String], in folder: String,
    environment: [String: String] = [:], before: String = ""
  ) throws {
    let name = folder + "/.outcome-" + UUID().uuidString
    files = (name + ".out", name + ".err")
    identifier = try Self.spawn(
      [Program.executable] + arguments, in: folder,
      environment: ProcessInfo.processInfo.environment
        .filter { !$0.key.hasPrefix("SUPERB_") }
        .merging(environment) { $1 },
      files: files, before: before)
  }

  deinit {
    if isRunning {
      send(SIGKILL)
      waitpid(identifier, nil, 0)
    }
    unlink(files.output)
    unlink(files.errors)
  }

  var isRunning: Bool {
    guard status == nil else { return false }
    var status: Int32 = 0
    guard wait4(identifier, &status, WNOHANG, &usage) == identifier else {
      return true
    }
    self.status = status
    return false
  }

  /// What it has written to standard error so far.
  var errors: String { Self.text(files.errors) }

  /// Nothing happens if it has ended: its number may be another's by now.
  func send(_ signal: Int32) {
    if isRunning { kill(identifier, signal) }
  }

  /// Waits for the end; what takes longer than `timeout` seconds is killed.
  func outcome(timeout: Double = 600) -> Program.Outcome {
    while isRunning {
      if Date().timeIntervalSince(started) > timeout { send(SIGKILL) }
      usleep(1000)
    }
    let seconds = Date().timeIntervalSince(started)
    let signal = (status ?? 0) & 0x7f
    return Program.Outcome(
      exitCode: signal == 0 ? ((status ?? 0) >> 8) & 0xff : nil,
      signal: signal == 0 ? nil : signal, output: Self.text(files.output),
      errors: errors, seconds: seconds,
      cpuSeconds: [usage.ru_utime, usage.ru_stime].reduce(0) {
        $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
      })
  }

  /// Starts it as a shell does: no signal is kept from it, which the threads
  /// that tests run on would pass on.
  private static func spawn(
    _ arguments: [String], in folder: String, environment: [String: String],
    files: (output: String, errors: String), before: String
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(
      &actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    for (descriptor, file) in [
      (STDOUT_FILENO, files.output), (STDERR_FILENO, files.errors),
    ] {
      posix_spawn_file_actions_addopen(
        &actions, descriptor, file, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    // posix_spawn has no portable way to choose a working folder.
    let shell = [
      "/bin/sh", "-c", #"cd "$0" && "# + before + #"exec "$@""#, folder,
    ]
    var words = (shell + arguments).map { strdup($0) } + [nil]
    var settings = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { (words + settings).forEach { free($0) } }
    var process: pid_t = 0
    let code = posix_spawn(
      &process, shell[0], &actions, &attributes, &words, &settings)
    guard code == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO)
    }
    return process
  }

  /// Its workers: processes of its own that run an experiment.
  var workers: [pid_t] {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { pid_t($0) }.filter { process in
      // "pid (name) state parent …", and the name may hold anything.
      let status = Self.text("/proc/\(process)/stat")
      guard let end = status.lastIndex(of: ")") else { return false }
      let fields = status[status.index(after: end)...].split(separator: " ")
      return fields.count > 1 && fields[1] == "\(identifier)"
        && fields[0] != "Z"
        && Self.text("/proc/\(process)/cmdline").contains("worker")
    }
  }

  private static func text(_ path: String) -> String {
    guard let file = FileHandle(forReadingAtPath: path) else { return "" }
    let bytes = try? file.readToEnd()
    return String(decoding: bytes ?? Data(), as: UTF8.self)
  }
}

/// Whether a process is there and is no zombie.
func isAlive(_ process: pid_t) -> Bool {
  guard
    let file = FileHandle(forReadingAtPath: "/proc/\(process)/stat"),
    let bytes = try? file.readToEnd()
  else { return false }
  return !String(decoding: bytes, as: UTF8.self).contains(") Z ")
}

/// Waits until `condition` holds, for at most so many seconds.
func eventually(
  within seconds: Double = 120, _ condition: () throws -> Bool
) rethrows -> Bool {
  let end = Date(timeIntervalSinceNow: seconds)
  while Date() < end {
    if try condition() { return true }
    usleep(2000)
  }
  return try condition()
}
