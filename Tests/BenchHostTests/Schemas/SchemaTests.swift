import Foundation
import Testing

@testable import Records

/// What the program writes for others is as `docs/schemas` says.
@Suite struct SchemaTests {
  @Test func whatARunWritesAndCommandsListIsDescribed() throws {
    let folder = try BenchmarkFolder()
    #expect(try folder.superb("run", "-u", "fbank").exitCode == 0)
    let failing = try folder.superb(
      "run", "-u", "fbank_no_cmvn", "-n", "failing", "-o",
      "config.downstream_expert.datarc.batch_size=-1")
    #expect(failing.exitCode == 1, "\(failing.errors)")
    let results = folder.files().filter { $0.hasSuffix("/result.json") }
    #expect(results.count == 2)
    for file in results {
      let text = try folder.text("runs/" + file)
      #expect(try Schema("result").problems(in: text) == [], "\(file)")
    }
    for (schema, arguments) in [
      ("report", ["report", "--format", "json"]),
      ("status", ["status", "--json", "runs"]),
      ("tasks", ["tasks", "--json"]),
      ("upstreams", ["upstreams", "--json"]),
      ("doctor", ["doctor", "--json"]),
      ("data-check", ["data", "check", "--json"]),
    ] {
      let output = try folder.superb(arguments).output
      #expect(try Schema(schema).problems(in: output) == [], "\(schema)")
    }
    // Of others: what it asks for where this program writes something.
    let record = try folder.superb("export", "every-eval", "-u", "fbank")
    let asked = try Schema(
      path: Program.repository
        + "/Tests/BenchHostTests/Fixtures/every-eval-0.3.0.json")
    #expect(try asked.problems(in: record.output) == [], "\(record.errors)")
  }

  @Test func everyKeyThatAResultMayHaveIsDescribed() throws {
    let text = String(decoding: try Self.fullResult.encoded(), as: UTF8.self)
    let schema = try Schema("result")
    #expect(try schema.problems(in: text) == [])
    let written = try JSONDecoder().decode(
      JSONValue.self, from: Data(text.utf8))
    guard case .map(let described)? = schema.root["properties"],
      case .map(let keys) = written
    else { throw Missing() }
    #expect(described.keys.sorted() == keys.keys.sorted())
  }

  @Test func whatIsNotAsDescribedIsFound() throws {
    let schema = try Schema("doctor")
    func problems(_ text: String) throws -> [String] {
      try schema.problems(in: text)
    }
    #expect(
      try problems(#"[{"name": "a", "verdict": "good", "finding": "b"}]"#) == []
    )
    #expect(
      try problems(#"[{"name": "a", "verdict": "good"}]"#)
        == ["$[0] lacks 'finding'"])
    #expect(
      try problems(
        #"[{"name": 1, "verdict": "fair", "finding": "b", "more": 1}]"#
      ).count == 3)
    #expect(try problems("{}") == ["$ is no array"])
  }

  @Test func everySchemaHasItsVersionAndItsLineInTheRules() throws {
    let rules = try String(
      contentsOfFile: Program.repository + "/docs/compatibility.md",
      encoding: .utf8)
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Schema.folder)
    #expect(files.count >= 7)
    for file in files {
      let schema = try Schema(String(file.dropLast(".json".count)))
      guard case .integer(let version)? = schema.root["version"] else {
        throw Missing()
      }
      #expect(version >= 1)
      #expect(rules.contains("schemas/\(file)"), "\(file)")
    }
    let format = try Schema("result").root["properties"]?["format"]?["enum"]
    #expect(
      format == .list([.integer(Int64(ExperimentResult.currentFormat))]))
  }

  private struct Missing: Error {}

  /// A result that has everything that one may have.
  private static let fullResult: ExperimentResult = {
    let metric = ExperimentResult.Metric(
      name: "acc", title: "accuracy", split: "test", value: 0.5,
      unit: .fraction, higherIsBetter: true, isPrimary: true)
    let curve = LearningRateCurve(
      split: "dev", metric: "acc",
      points: [.init(rate: 0.1, value: 0.5, bestStep: 10), .init(rate: 1)],
      chosen: 0.1)
    var tuning = FineTuning()
    tuning.learningRate = 1e-5
    tuning.sharedBy = [.init(task: "ks", signature: "00")]
    var result = ExperimentResult(
      status: .failed, failure: .init(kind: .hung, reason: "no progress"),
      upstream: .init(
        name: "fbank", digest: "00", layers: 1, dimension: 240,
        samplesPerFrame: 160),
      task: .init(id: "ks", title: "Keyword spotting", version: 1),
      metrics: [metric],
      folds: [
        .init(
          name: "fold1", metrics: [metric], bestStep: 10, learningRates: curve)
      ], signature: "00", seed: .max, dataDigest: "00",
      config: .map(["runner": .map([:])]), versions: ["superb": "1.0"],
      profile: .forward, limit: 8, fineTuning: tuning, bestStep: 10,
      layerChoice: .init(
        layer: 0, split: "dev", metric: "mtwv", values: [0.5, 1]),
      learningRates: curve,
      averages: [.init(name: "best-dev-acc", steps: [10], metrics: [metric])],
      worstCases: [
        .init(split: "test", id: "a", predicted: "b", truth: "c", error: 1)
      ],
      skippedBatches: [.init(step: 3, reason: "why", split: "dev")],
      stoppedAt: 20, warnings: ["what"],
      cost: .init(
        wallSeconds: 1.5, cpuSeconds: 2, peakMemoryBytes: 1, upstreamPasses: 1,
        trainingSteps: 20, trainingSeconds: 1,
        trainingTimes: .init(data: 0.1), peakTensorBytes: 1,
        joint: .init(
          tasks: ["ks"], wallSeconds: 1, cpuSeconds: 1, peakMemoryBytes: 1,
          upstreamPasses: 1)),
      finishedAt: "2026-01-01T00:00:00Z")
    result.listsDigest = "00"
    result.deviations = ["runner.total_steps"]
    result.paddedUtterances = 1
    result.silentUtterances = 1
    result.aloneInBatch = AloneInBatch(utterances: 8, differing: ["a"])
    result.unsoundSteps = UnsoundSteps(count: 2, first: 3)
    return result
  }()
}
