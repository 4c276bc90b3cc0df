import ArgumentParser
import Diagnostics
import Files
import Foundation
import Hosting

/// `superb run-while`: a command again and again until it has ended well.
struct RunWhileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run-while",
    abstract: "Repeat a command until it ends well.",
    discussion: """
      superb run-while run -u wav2vec2 -d asr
      superb run-while --at-most 5 ./train.sh

      A first word that is a command of superb's means that. It ends with exit
      code 0, with 2 (the input is wrong, and will be the next time), when it
      is interrupted, or after --at-most; with the code of the command.
      """)

  @Option(help: "Runs of the command at most; without end unless given.")
  var atMost: Int?

  @Option(help: "Seconds between two runs.")
  var pause = 1.0

  @Argument(
    parsing: .captureForPassthrough, help: "The command and its arguments.")
  var command: [String]

  func validate() throws {
    // All that follows the options is taken as the command.
    if ["--help", "-h"].contains(command.first) {
      throw CleanExit.helpRequest(self)
    }
    guard atMost.map({ $0 >= 1 }) ?? true else {
      throw ValidationError("--at-most takes 1 or more")
    }
    guard pause >= 0, pause < 1e6 else {
      throw ValidationError("--pause takes 0 seconds or more")
    }
    guard !command.isEmpty else {
      throw ValidationError("name the command to repeat")
    }
  }

  func run() throws {
    Interruption.handleSignals()
    let program = try program()
    var count = 0
    while true {
      count += 1
      let code = try once(program)
      guard code != ExitCode.done, code != ExitCode.userError,
        !Interruption.isRequested, count < atMost ?? .max
      else { throw ArgumentParser.ExitCode(code) }
      StandardError.note("exit code \(code), run \(count + 1) follows")
      let end = Date(timeIntervalSinceNow: pause)
      while Date() < end, !Interruption.isRequested { usleep(50_000) }
      if Interruption.isRequested {
        throw ArgumentParser.ExitCode(ExitCode.interrupted)
      }
    }
  }

  /// Runs it to its end, its output to ours; a signal to stop is passed on.
  private func once(_ program: ChildProcess.Program) throws -> Int32 {
    let child = try ChildProcess(
      program, descriptors: [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO])
    var hasTold = false
    while true {
      switch child.poll() {
      case .exited(let code): return code
      case .signalled(let signal): return 128 + signal
      case nil: break
      }
      if Interruption.isRequested, !hasTold {
        child.send(SIGTERM)
        hasTold = true
      }
      usleep(20_000)
    }
  }

  private func program() throws -> ChildProcess.Program {
    var words = command
    if words.first == "--" { words.removeFirst() }
    let own = Superb.configuration.subcommands.map { $0._commandName }
    guard let first = words.first else {
      throw UserError("no command is named", at: "run-while")
    }
    if own.contains(first) {
      return .itself(try Installation.current().executable, words)
    }
    let environment = ProcessInfo.processInfo.environment
    guard let path = Subprocess.path(of: first, environment) else {
      throw UserError(
        "there is no command '\(first)'",
        fix: Suggestion.fix(for: first, among: own))
    }
    return ChildProcess.Program(path, Array(words.dropFirst()))
  }
}
