import Foundation
import Testing

/// `superb evaluate` with settings of its own, and what it keeps.
@Suite struct EvaluateCommandTests {
  private struct Row: Decodable {
    struct Group: Decodable {
      var group: String
      var metric: String
      var count: Int
    }
    struct Worst: Decodable {
      var id: String
      var error: Double
    }
    var split: String
    var step: Int
    var settings: [String]
    var metric: String
    var value: Double
    var groups: [Group]?
    var worst: [String: [Worst]]?
    var folder: String?
  }

  // Read by all tests here, changed by none.
  nonisolated(unsafe) private static let trained = Result {
    let folder = try BenchmarkFolder()
    let run = try folder.superb("run", "-u", "fbank_no_cmvn")
    try #require(run.exitCode == 0, "\(run.errors)")
    return folder
  }

  private func rows(_ words: String...) throws -> ([Row], String) {
    let outcome = try Self.trained.get().superb(
      ["evaluate", "-e", "runs", "--json"] + words)
    try #require(outcome.exitCode == 0, "\(outcome.errors)")
    return (
      try JSONDecoder().decode([Row].self, from: Data(outcome.output.utf8)),
      outcome.errors
    )
  }

  @Test func settingsOfTheCommandCount() throws {
    let (whole, _) = try rows("-t", "test")
    let (part, _) = try rows(
      "-t", "test", "-o", "config.runner.evaluate_ratio=0.2")
    #expect(whole[0].metric == "acc")
    #expect(part[0].settings == ["config.runner.evaluate_ratio=0.2"])
    let (several, _) = try rows(
      "-t", "test", "--grid", "runner.evaluate_ratio=0.2,1")
    #expect(several.allSatisfy { $0.settings.count == 1 })
    #expect(several.first?.value == part.first?.value)
    #expect(several.last?.value == whole.last?.value)
  }

  @Test func answersAreKeptAndNotMadeAgain() throws {
    let folder = try Self.trained.get()
    let words = [
      "-t", "dev", "--out", "kept", "--by", "speaker", "--worst",
      "confidence:max:3",
    ]
    func kept() throws -> ([Row], String) {
      let outcome = try folder.superb(
        ["evaluate", "-e", "runs", "--json"] + words)
      try #require(outcome.exitCode == 0, "\(outcome.errors)")
      return (
        try JSONDecoder().decode([Row].self, from: Data(outcome.output.utf8)),
        outcome.errors
      )
    }
    let (first, _) = try kept()
    let row = try #require(first.first)
    let worst = try #require(row.worst?["confidence"])
    #expect(worst.count <= 3)
    #expect(worst.map(\.error) == worst.map(\.error).sorted(by: >))
    #expect(row.groups?.isEmpty == false)
    let place = try #require(row.folder)
    #expect(
      try folder.text(place + "/predictions/dev.jsonl").contains(
        "confidence"))
    let evaluation = try folder.text(place + "/evaluation-dev.json")
    #expect(try Schema("evaluation").problems(in: evaluation) == [])
    let (second, errors) = try kept()
    #expect(errors.contains("done before"), "\(errors)")
    #expect(second.first?.value == row.value)
    #expect(second.first?.worst?["confidence"]?.map(\.id) == worst.map(\.id))
  }

  @Test func everyCheckpointIsEvaluatedAsItComes() throws {
    let (rows, errors) = try rows("-t", "dev", "--watch", "--every", "0.1")
    #expect(!rows.isEmpty)
    #expect(errors.contains("at step"))
  }

  @Test func weightsAloneAreTakenUnderAnotherConfiguration() throws {
    let folder = try Self.trained.get()
    try folder.write(
      "other.yaml",
      """
      runner: {total_steps: 3, evaluate_ratio: 0.2, eval_dataloaders: [dev]}
      optimizer: {name: Adam, lr: 0.1}
      downstream_expert: {datarc: {batch_size: 16}, modelrc: {projector_dim: 256, select: UtteranceLevel, UtteranceLevel: {pooling: MeanPooling}}}
      """)
    let outcome = try folder.superb(
      "-m", "evaluate", "-t", "test", "-i", "runs", "-u", "fbank_no_cmvn",
      "-d", "ks", "-c", "other.yaml", "-n", "TestName")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(
      folder.files(below: "runs/TestName").contains {
        $0.hasSuffix("predictions/test.jsonl")
      })
    let other = try folder.superb(
      "evaluate", "-i", "runs/demo", "-u", "mfcc", "-t", "test")
    #expect(other.exitCode == 2)
  }

  @Test(arguments: [
    ["-t", "tset"], ["-o", "config.runner.evaluat_ratio=1"],
    ["-o", "args.seed=3"], ["-c", "nowhere.yaml"], ["--worst", "error:most"],
    ["--attributes", "nowhere.csv"], ["--grid", "nonsense"],
    ["-o", "config.downstream_expert.modelrc.projector_dim=7"],
    ["-d", "asr", "-t", "asr:test"],
  ]) func mistakesAreTheUsersAndNoBugs(_ words: [String]) throws {
    let outcome = try Self.trained.get().superb(
      ["evaluate", "--from", "runs/demo"] + words)
    #expect(outcome.exitCode == 2, "\(words): \(outcome.errors)")
    #expect(!outcome.errors.contains("internal error"), "\(outcome.errors)")
  }
}
