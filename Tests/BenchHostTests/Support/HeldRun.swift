import Foundation
import Testing

/// Runs of the task `holding`, which stands still in the middle of training
/// until it is released.
struct HeldRun {
  let folder: BenchmarkFolder
  private let hold: String

  /// - Parameters:
  ///   - upstreams: one worker each.
  ///   - corpus: the corpus's folder.
  init(
    upstreams: String = "fbank, fbank_no_cmvn",
    corpus: String = "CORPORA/speech_commands"
  ) throws {
    folder = try BenchmarkFolder(
      """
      upstreams: [\(upstreams)]
      tasks: [holding]
      corpora: {speech_commands: \(corpus)}

      """)
    hold = folder.path + "/hold"
    try TaskSources.holding.write(to: folder)
    #expect(try folder.superb("tasks").output.contains("holding"))
    folder.setEnvironment("SUPERB_TEST_HOLD", hold)
  }

  /// Starts a run and waits until `count` workers stand still.
  func start(_ count: Int, _ arguments: [String] = []) throws
    -> RunningProgram
  {
    try Data().write(to: URL(fileURLWithPath: hold))
    let program = try folder.start(["run"] + arguments)
    let isReached = try eventually {
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { $0.hasPrefix("hold.") }.count == count
    }
    try #require(isReached, "\(program.errors)")
    return program
  }

  /// Starts a run and ends it by `signal` while its only worker stands still.
  @discardableResult
  func cutShort(
    by signal: Int32, _ arguments: [String]
  ) throws -> Program.Outcome {
    let program = try start(1, arguments)
    let workers = program.workers
    program.send(signal)
    // A run that is killed takes its worker along, which must not go on until
    // then: it might be between two checkpoints.
    if signal == SIGKILL {
      #expect(eventually { !workers.contains(where: isAlive) })
    }
    release()
    return program.outcome()
  }

  /// Lets the workers go on, and those that come after them.
  func release() {
    unlink(hold)
  }

  /// What such a run gives that nobody disturbs.
  static func undisturbed() throws -> [String: Data] {
    let held = try HeldRun()
    #expect(try held.folder.superb("run").exitCode == 0)
    return try held.folder.numbers()
  }
}
