import Foundation
import Testing

/// `superb evaluate` and `superb predict`.
@Suite struct TrainedHeadTests {
  private struct Figure: Decodable {
    var task: String
    var split: String
    var metric: String
    var value: Double
  }

  private struct Answer: Decodable {
    var task: String
    var answer: String
    var score: Double?
    var score_name: String?
  }

  private func trained() throws -> BenchmarkFolder {
    let folder = try BenchmarkFolder(
      BenchmarkFolder.standard + """
          emotion:
            runner: {total_steps: 20, eval_step: 10, gradient_accumulate_steps: 1}
            downstream_expert: {datarc: {test_fold: fold1}}

        """)
    let run = try folder.superb("run", "-u", "fbank_no_cmvn")
    #expect(run.exitCode == 0, "\(run.errors)")
    return folder
  }

  @Test func figuresOfARunAreGivenAgain() throws {
    let folder = try trained()
    let evaluated = try folder.superb(
      "evaluate", "--from", "runs/demo/fbank_no_cmvn", "--split",
      "ks:test,emotion:test,speech_commands:dev", "--json")
    #expect(evaluated.exitCode == 0, "\(evaluated.errors)")
    let figures = try JSONDecoder().decode(
      [Figure].self, from: Data(evaluated.output.utf8))
    for task in ["ks", "emotion"] {
      let expected = try #require(
        try folder.result("fbank_no_cmvn", task).primaryMetric)
      let found = figures.first {
        $0.task == task && $0.split == "test" && $0.metric == expected.name
      }
      #expect(found?.value == expected.value)
    }
    #expect(figures.contains { $0.task == "ks" && $0.split == "dev" })
    #expect(!figures.contains { $0.task == "emotion" && $0.split == "dev" })
    let machine = try folder.result("fbank_no_cmvn").cost.machine
    #expect(machine?.processor.isEmpty == false)
    #expect(machine?.blas.contains("kernel") == true)

    let table = try folder.superb(
      "evaluate", "--from", "runs/demo/fbank_no_cmvn")
    #expect(table.output.contains("emotion"), "\(table.errors)")

    let unknown = try folder.superb(
      "evaluate", "--from", "runs", "--split", "asr:test-clean")
    #expect(unknown.exitCode == 2)
    #expect(unknown.errors.contains("asr"))
    let noSplit = try folder.superb(
      "evaluate", "--from", "runs", "--split", "ks:tset")
    #expect(noSplit.exitCode != 0)
    #expect(noSplit.errors.contains("tset"), "\(noSplit.errors)")
  }

  @Test func theUsersOwnAudioIsLabelled() throws {
    let folder = try trained()
    let corpus = try ToneCorpus.shared.get().path + "/speech_commands_test/"
    let words = ["yes", "up", "go"]
    let asked = try folder.superb(
      ["predict", "--from", "runs/demo/fbank_no_cmvn/ks", "--json"]
        + words.map { corpus + $0 + "/1.wav" })
    #expect(asked.exitCode == 0, "\(asked.errors)")
    let answers = try JSONDecoder().decode(
      [Answer].self, from: Data(asked.output.utf8))
    #expect(answers.map(\.answer) == words)
    #expect(answers.allSatisfy { $0.score_name == "probability" })
    #expect(
      answers.allSatisfy { ($0.score ?? 0) > 0.1 && ($0.score ?? 2) <= 1 })
    let line = try folder.superb(
      "predict", "--from", "runs/demo/fbank_no_cmvn/ks", corpus + "yes/1.wav")
    #expect(line.output.contains("\tyes\tprobability "), "\(line.output)")
    // Two experiments: which one is meant?
    let both = try folder.superb(
      "predict", "--from", "runs", corpus + "yes/1.wav")
    #expect(both.exitCode == 2)
  }
}
