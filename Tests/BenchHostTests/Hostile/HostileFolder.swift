import Foundation
import Testing

/// A user's folder with hostile tasks beside one that is not, and an eye on
/// every process that comes of it.
final class HostileFolder {
  let folder: BenchmarkFolder
  /// What every process that is started here finds in its environment.
  private let mark = "SUPERB_TEST_FAMILY=" + UUID().uuidString

  private static let source = try? String(
    contentsOfFile: Program.repository
      + "/Tests/BenchHostTests/Hostile/hostile.c",
    encoding: .utf8)

  init(_ kinds: [String]) throws {
    folder = try BenchmarkFolder(
      """
      name: demo
      upstreams: [fbank_no_cmvn]
      corpora: {speech_commands: CORPORA/speech_commands}

      """)
    let words = mark.split(separator: "=").map(String.init)
    folder.setEnvironment(words[0], words[1])
    let source = try #require(Self.source)
    for kind in kinds + ["innocent"] {
      try folder.write(
        "Plugins/\(kind)/task.c", "#define KIND \"\(kind)\"\n" + source)
      try folder.write(
        "Plugins/\(kind)/config.yaml",
        """
        runner:
          total_steps: 6
          log_step: 3
          eval_step: 3
          save_step: 3
          eval_dataloaders: [dev]
        optimizer: {name: Adam, lr: 1.0e-2}
        downstream_expert: {}

        """)
    }
  }

  /// Ends what a failed test has left.
  deinit {
    for process in family { kill(process, SIGKILL) }
  }

  /// Runs `superb`, which is to be at its end, and all that it has started
  /// with it, long before the time is up.
  func superb(_ arguments: String...) throws -> Program.Outcome {
    let outcome = try folder.superb(arguments, timeout: Self.mostSeconds)
    #expect(
      outcome.seconds < Self.mostSeconds, "\(arguments) \(outcome.errors)")
    expectNobody("\(arguments)")
    return outcome
  }

  func start(_ arguments: String...) throws -> RunningProgram {
    try folder.start(arguments)
  }

  /// Nobody is there, or soon.
  func expectNobody(_ after: String) {
    let isOver = eventually(within: 5) { family.isEmpty }
    #expect(isOver, "\(family) after \(after)")
  }

  /// Limits are a few seconds; the rest is for a machine that is busy.
  static let mostSeconds = 90.0

  /// All that run.
  var family: [pid_t] {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    let mark = Array(self.mark.utf8)
    return names.compactMap { pid_t($0) }.filter { process in
      guard
        let file = FileHandle(forReadingAtPath: "/proc/\(process)/environ"),
        let bytes = try? file.readToEnd()
      else { return false }
      return bytes.split(separator: 0).contains { $0.elementsEqual(mark) }
    }
  }
}
