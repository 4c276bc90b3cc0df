import Foundation
import Records
import Testing

/// A signature is a handle.
@Suite struct InfoCommandTests {
  private static let run = ["run", "-u", "fbank_no_cmvn"]

  private func ran(
    _ folder: BenchmarkFolder, _ more: String...
  ) throws -> Program.Outcome {
    let outcome = try folder.superb(Self.run + more)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    return outcome
  }

  private func signatures(_ folder: BenchmarkFolder) throws -> [String] {
    try folder.results().values.map(\.signature).sorted()
  }

  @Test func beginningOfASignatureSaysAll() throws {
    let folder = try BenchmarkFolder()
    _ = try ran(
      folder, "--seed", "7", "-o",
      "config.runner.total_steps=20,,config.runner.eval_step=10")
    let signature = try #require(try signatures(folder).first)
    let info = try folder.superb("info", String(signature.prefix(4)))
    #expect(info.exitCode == 0, "\(info.errors)")
    for text in [
      signature, "done, accuracy", "--seed", "benchmark.yaml:10:",
      "--override:1:", "config.yaml:", "config.optimizer.lr",
      "head: ", "superb run", "utterances",
    ] {
      #expect(info.output.contains(text), "\(text): \(info.output)")
    }
    let metrics = try folder.superb("info", signature, "--metrics")
    #expect(metrics.output.contains("dev-acc"), "\(metrics.output)")
    let log = try folder.superb("info", signature, "-t")
    #expect(log.output.contains("dev at step"), "\(log.output)")
    let none = try folder.superb("info", "0f0f0f0f0f")
    #expect(none.exitCode == 2)
    let list = try folder.superb("info")
    #expect(list.output.contains(signature.prefix(12)))
  }

  @Test func settingsRunAgainAndChangedOnesAreAnotherExperiment() throws {
    let folder = try BenchmarkFolder()
    _ = try ran(folder, "--seed", "7", "-o", "config.runner.total_steps=20")
    let first = try #require(try signatures(folder).first)
    // From anywhere, whatever the benchmark's file says meanwhile.
    try folder.write("benchmark.yaml", "seed: 3\n")
    let again = try folder.superb("run", "--from", String(first.prefix(6)))
    #expect(again.errors.contains("done before"), "\(again.errors)")
    let changed = try folder.superb(
      "run", "--from", first, "seed=8", "optimizer.lr=1e-3")
    #expect(changed.exitCode == 0, "\(changed.errors)")
    let both = try signatures(folder)
    #expect(both.count == 2)
    let second = try #require(both.first { $0 != first })
    let diff = try folder.superb("info", first, "--diff", second)
    #expect(diff.output.contains("config.optimizer.lr"), "\(diff.output)")
    #expect(diff.output.contains("seed"))
    #expect(!diff.output.contains("total_steps"))
    let fresh = try folder.superb("run", "--from", first, "--clear")
    #expect(fresh.exitCode == 0)
    #expect(!fresh.errors.contains("done before"))
    #expect(try signatures(folder) == both)
  }

  @Test func configurationOfAFolderGivesTheSameSignature() throws {
    let folder = try BenchmarkFolder()
    _ = try ran(folder, "-o", "config.runner.total_steps=20")
    let place = try #require(
      folder.files().first { $0.hasSuffix("/config.yaml") })
    let again = try ran(folder, "-c", "runs/" + place)
    #expect(again.errors.contains("done before"), "\(again.errors)")
    #expect(again.errors.contains("gives way to -c"), "\(again.errors)")
    #expect(try signatures(folder).count == 1)
    let record = try folder.text(
      "runs/" + (place as NSString).deletingLastPathComponent + "/cell.json")
    #expect(record.contains("config.runner.total_steps=20"))
  }
}
