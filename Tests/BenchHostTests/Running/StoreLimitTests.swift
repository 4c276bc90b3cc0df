import Foundation
import Testing

/// A store that may not hold all hidden states changes no number.
@Suite struct StoreLimitTests {
  /// One task that takes every frame, and one that takes means.
  private static let benchmark = """
    name: demo
    upstreams: [fbank_no_cmvn]
    corpora:
      speech_commands: CORPORA/speech_commands
      speech_commands_test: CORPORA/speech_commands_test
      librispeech: CORPORA/librispeech
      librispeech_lexicon: CORPORA/lexicon
    tasks:
      ks:
        runner: {total_steps: 30, eval_step: 15, save_step: 15, log_step: 10}
        downstream_expert: {datarc: {batch_size: 8}}
      pr:
        runner: {total_steps: 20, eval_step: 10, save_step: 10, log_step: 10}

    """

  private func packBytes(_ folder: BenchmarkFolder) throws -> Int {
    try folder.files(below: "cache/features")
      .filter { $0.hasSuffix(".blocks") || $0.hasSuffix(".index") }
      .reduce(0) { $0 + (try folder.contents("cache/features/" + $1).count) }
  }

  /// Figures, predictions and checkpoints.
  private func digest(_ folder: BenchmarkFolder) throws -> String {
    try CellDigest(files: folder.files()) {
      try folder.contents("runs/" + $0)
    }.text
  }

  @Test func noLimitChangesAFigure() throws {
    let whole = try BenchmarkFolder(Self.benchmark)
    let run = try whole.superb("run")
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(try whole.results().count == 2)
    let digest = try digest(whole)
    let all = try packBytes(whole)
    for limit in [0, all / 2] {
      let folder = try BenchmarkFolder(
        Self.benchmark + "store_limit: \(limit)\n")
      let run = try folder.superb("run")
      #expect(run.exitCode == 0, "\(run.errors)")
      #expect(try self.digest(folder) == digest)
      #expect(try packBytes(folder) <= limit)
      if limit > 0 { #expect(try packBytes(folder) > 0) }
    }
  }

  @Test func theForecastSaysBoth() throws {
    let folder = try BenchmarkFolder(Self.benchmark)
    let plain = try folder.superb("run", "--dry-run")
    #expect(plain.exitCode == 0, "\(plain.errors)")
    #expect(!plain.output.contains("without --store-limit"))
    let limited = try folder.superb("run", "--dry-run", "--store-limit", "1M")
    #expect(limited.exitCode == 0, "\(limited.errors)")
    #expect(limited.output.contains("without --store-limit about"))
    let wrong = try folder.superb("run", "--dry-run", "--store-limit", "much")
    #expect(wrong.exitCode == 2)
    #expect(wrong.errors.contains("--store-limit"))
  }
}
