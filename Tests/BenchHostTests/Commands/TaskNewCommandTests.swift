import Foundation
import Testing

/// `superb task new`, then everything that a user does next.
@Suite struct TaskNewCommandTests {
  private static let benchmark = """
    upstreams: [fbank_no_cmvn]
    corpora:
      my_words: CORPORA/speech_commands_test
      speech_commands: CORPORA/speech_commands
    tasks:
      my_words:
        runner: {total_steps: 60, eval_step: 30, save_step: 30}
        optimizer: {lr: 1.0e-2}

    """

  @Test(arguments: ["swift", "c"])
  func aNewTaskTrainsUnderItsOwnName(language: String) throws {
    let folder = try BenchmarkFolder(Self.benchmark)
    let made = try folder.superb(
      "task", "new", "my_words", "--language", language)
    #expect(made.exitCode == 0, "\(made.errors)")
    let run = try folder.superb("run", "--tasks", "my_words")
    #expect(run.exitCode == 0, "\(run.errors)")
    let result = try folder.result("fbank_no_cmvn", "my_words")
    #expect(result.task.title == "my words")
    #expect(try #require(result.primaryMetric).value > 0.4)
  }
}
