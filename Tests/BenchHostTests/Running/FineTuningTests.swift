import Foundation
import Testing
import Upstreams
import Weights

/// A pretrained model that is trained along with the head.
@Suite struct FineTuningTests {
  private static let benchmark = """
    corpora: {iemocap: CORPORA/iemocap}
    tasks:
      emotion:
        runner:
          {total_steps: 6, eval_step: 3, save_step: 6,
          gradient_accumulate_steps: 1}
        optimizer: {lr: 1.0e-3}

    """
  /// Two layers of width 16, with random weights.
  private static let model =
    Program.repository + "/Tests/TestSupport/Fixtures/weights/wav2vec2"

  private func run(
    _ folder: BenchmarkFolder, _ more: String...
  ) throws -> Program.Outcome {
    try folder.superb(
      [
        "run", "-u", Self.model, "-o",
        "config.downstream_expert.datarc.test_fold='fold2'",
      ] + more)
  }

  @Test func theUpstreamIsTrainedAndSaved() throws {
    let folder = try BenchmarkFolder(Self.benchmark)
    let frozen = try run(folder)
    #expect(frozen.exitCode == 0, "\(frozen.errors)")
    let tuned = try run(folder, "-f", "--upstream-learning-rate", "1e-4")
    #expect(tuned.exitCode == 0, "\(tuned.errors)")
    #expect(!tuned.errors.contains("extracting"))
    let results = try folder.results()
    #expect(results.count == 2)
    let (path, result) = try #require(
      results.first { $0.value.fineTuning != nil })
    #expect(result.fineTuning?.learningRate == 1e-4)
    #expect(result.cost.trainingSteps == 6)
    #expect(result.cost.upstreamPasses > 60)
    #expect(
      result.dataDigest
        == results.values.first {
          $0.fineTuning == nil
        }?.dataDigest)

    let checkpoint = try folder.contents(
      "runs/" + (path as NSString).deletingLastPathComponent
        + "/states-6.ckpt")
    let names = String(decoding: checkpoint.prefix(20_000), as: UTF8.self)
    #expect(names.contains("upstream.encoder.layers.1."))
    #expect(!names.contains("upstream.feature_extractor.conv_layers.0.conv"))

    // The checkpoint has the whole: it gives the same figure again.
    let evaluated = try folder.superb(
      "evaluate", "--from",
      "runs/" + (path as NSString).deletingLastPathComponent, "--json")
    #expect(evaluated.exitCode == 0, "\(evaluated.errors)")
    let figures =
      try JSONSerialization.jsonObject(with: Data(evaluated.output.utf8))
      as? [[String: Any]]
    let primary = try #require(result.primaryMetric)
    let again = figures?.first { $0["metric"] as? String == primary.name }
    #expect(again?["value"] as? Double == primary.value)

    let report = try folder.superb("report").output
    #expect(report.contains("upstream fine-tuned"))
    #expect(
      try run(folder, "-f", "--upstream-learning-rate", "1e-4")
        .errors.contains("done before"))
  }

  @Test func aForecastIsOfTheWholeTraining() throws {
    let folder = try BenchmarkFolder(Self.benchmark)
    let forecast = try run(folder, "-f", "--dry-run")
    #expect(forecast.exitCode == 0, "\(forecast.errors)")
    #expect(folder.files() == [])
  }

  @Test func whatCannotBeTrainedIsRefusedBeforehand() throws {
    let folder = try BenchmarkFolder(Self.benchmark)
    let fixed = try folder.superb("run", "-u", "fbank", "-f")
    #expect(fixed.exitCode == 2)
    #expect(fixed.errors.contains("'fbank' cannot be fine-tuned"))
    for arguments in [
      ["--train-feature-encoder"], ["--upstream-learning-rate", "1e-4"],
      ["-f", "--upstream-learning-rate", "0"],
    ] {
      let run = try folder.superb(["run", "-u", "fbank"] + arguments)
      #expect(run.exitCode == 2, "\(run.errors)")
    }
    #expect(folder.files() == [])
  }

  @Test func ratesOfAGridTrainAnUpstreamEach() throws {
    let folder = try BenchmarkFolder(Self.benchmark)
    let grid = try run(
      folder, "-f", "-n", "grid", "-o",
      "config.runner.lr_grid=[0.0001, 0.001]")
    #expect(grid.exitCode == 0, "\(grid.errors)")
    let result = try #require(try folder.results().values.first)
    let curve = try #require(result.learningRates)
    #expect(curve.points.map(\.rate) == [0.0001, 0.001])
    let alone = try run(
      folder, "-f", "-n", "alone", "-o",
      "config.optimizer.lr=\(curve.chosen)")
    #expect(alone.exitCode == 0, "\(alone.errors)")
    let same = try folder.results().first { $0.key.hasPrefix("alone/") }
    #expect(same?.value.metrics == result.metrics)
    #expect(same?.value.bestStep == result.bestStep)
  }

  @Test func weightsToBeginWithIncludeTheUpstreams() throws {
    let folder = try BenchmarkFolder(Self.benchmark)
    func checkpoint(_ name: String) throws -> String {
      let file = try #require(
        folder.files().first {
          $0.hasPrefix(name + "/") && $0.hasSuffix("/states-6.ckpt")
        })
      return "runs/" + file
    }
    #expect(try run(folder, "-n", "frozen").exitCode == 0)
    #expect(try run(folder, "-n", "tuned", "-f").exitCode == 0)
    let name = "upstream.encoder.layers.1.final_layer_norm.weight"
    func weights(_ run: String) throws -> [Float] {
      try SafeTensors(path: folder.path + "/" + checkpoint(run)).floats(name)
    }
    // No step is taken that would change them.
    let still = "config.optimizer.lr=1e-30"
    let tuned = try run(
      folder, "-n", "again", "-f", "-o", still, "--init-weights",
      checkpoint("tuned"))
    #expect(tuned.exitCode == 0, "\(tuned.errors)")
    #expect(try weights("again") == weights("tuned"))
    // The head of a frozen upstream, and the upstream as it was.
    let probed = try run(
      folder, "-n", "probed", "-f", "-o", still, "--init-weights",
      checkpoint("frozen"))
    #expect(probed.exitCode == 0, "\(probed.errors)")
    #expect(try weights("probed") != weights("tuned"))
    // What was trained is not left out unsaid.
    let lost = try run(
      folder, "-n", "lost", "--init-weights", checkpoint("tuned"))
    #expect(lost.exitCode == 1)
    #expect(lost.errors.contains("say -f"), "\(lost.errors)")
  }
}
