import Foundation
import Records
import Testing

/// Figures that were made otherwise than their neighbours.
@Suite struct ChangedSettingsTests {
  private static let run = ["run", "-u", "fbank_no_cmvn"]

  @Test func theBestOfOtherEvaluationsIsForgotten() throws {
    let folder = try BenchmarkFolder()
    let half = try folder.superb(
      Self.run + ["-o", "config.runner.total_steps=100"])
    #expect(half.exitCode == 0, "\(half.errors)")
    let first = try #require(
      folder.files().first { $0.hasSuffix("experiment.json") })
    let place = "runs/" + (first as NSString).deletingLastPathComponent
    let other = try folder.superb(
      "run", "-e", place, "-n", "other", "-o",
      "config.runner.evaluate_ratio=0.5")
    #expect(other.exitCode == 0, "\(other.errors)")
    #expect(
      other.errors.contains("evaluations are not what they were"),
      "\(other.errors)")
    // What can still be evaluated is the state at hand.
    let result = try #require(
      try folder.results().first { $0.key.hasPrefix("other/") }?.value)
    #expect(result.bestStep == 100)
    let report = try folder.superb("report")
    #expect(
      report.output.contains("0.5 of each evaluation split"),
      "\(report.output)")
  }

  /// s3prl normalises the states of a weighted sum alone.
  @Test func oneLayerIsNotNormalised() throws {
    let folder = try BenchmarkFolder()
    #expect(try folder.superb(Self.run).exitCode == 0)
    let plain = try folder.result("fbank_no_cmvn")
    let normalised = try folder.superb(
      Self.run + ["-n", "other", "--upstream-feature-normalize"])
    #expect(normalised.exitCode == 0, "\(normalised.errors)")
    #expect(
      normalised.errors.contains("the states are not normalised"),
      "\(normalised.errors)")
    let other = try #require(
      try folder.results().first { $0.key.hasPrefix("other/") }?.value)
    #expect(other.metrics == plain.metrics)
    #expect(other.signature != plain.signature)

    // Each stands in a row of its own, and other settings are told of.
    #expect(
      try folder.superb(
        Self.run + ["-n", "third", "-o", "config.optimizer.lr=1e-3"]
      ).exitCode == 0)
    let report = try folder.superb("report").output
    #expect(report.contains("fbank_no_cmvn (normalised)"), "\(report)")
    #expect(report.contains("optimizer.lr"), "\(report)")
    #expect(
      report.contains("Not with the task's own settings: ks"), "\(report)")
  }

  @Test func statesOfSeveralLayersAreNormalisedUnlessOneIsChosen() throws {
    let folder = try BenchmarkFolder()
    func scalars(_ name: String, _ more: String...) throws -> String {
      let run = try folder.superb(
        [
          "run", "-u", "random:3x16", "-n", name, "-o",
          "config.runner.total_steps=20,,config.runner.eval_step=20,,"
            + "config.runner.log_step=1",
        ] + more)
      #expect(run.exitCode == 0, "\(run.errors)")
      let file = try #require(
        folder.files().first {
          $0.hasPrefix(name + "/") && $0.hasSuffix("scalars.jsonl")
        })
      return try folder.text("runs/" + file)
    }
    let normalize = "--upstream-feature-normalize"
    #expect(try scalars("sum") != scalars("sum-normal", normalize))
    #expect(
      try scalars("one", "-l", "1")
        == scalars("one-normal", "-l", "1", normalize))
  }
}
