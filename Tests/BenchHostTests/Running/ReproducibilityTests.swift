import Foundation
import Testing

@Suite struct ReproducibilityTests {
  /// Keyword spotting, and emotion recognition with its five folds.
  private static let benchmark =
    BenchmarkFolder.standard + """
        emotion:
          runner: {total_steps: 20, eval_step: 10, gradient_accumulate_steps: 2}

      """

  @Test func sameSeedGivesTheSameBytesWhateverTheJobs() throws {
    let alone = try BenchmarkFolder(Self.benchmark)
    let together = try BenchmarkFolder(Self.benchmark)
    let first = try alone.superb("run", "--jobs", "1")
    #expect(first.exitCode == 0, "\(first.errors)")
    let second = try together.superb("run", "--jobs", "2")
    #expect(second.exitCode == 0, "\(second.errors)")
    let numbers = try alone.numbers()
    // Two of ks, two of emotion with five folds each, and their predictions.
    #expect(numbers.keys.filter { $0.hasSuffix("result.json") }.count == 14)
    #expect(numbers.keys.contains { $0.hasSuffix("predictions/test.jsonl") })
    #expect(try together.numbers() == numbers)
  }

  @Test func anotherSeedGivesOtherWeights() throws {
    let folder = try BenchmarkFolder()
    let run = ["run", "-u", "fbank_no_cmvn", "--seed"]
    #expect(try folder.superb(run + ["1"]).exitCode == 0)
    #expect(try folder.superb(run + ["2"]).exitCode == 0)
    let states = try folder.files().filter { $0.hasSuffix("states-150.ckpt") }
      .map { try folder.contents("runs/" + $0) }
    #expect(states.count == 2)
    #expect(states.first != states.last)
  }

  @Test func memoryDoesNotGrowWithTheLengthOfTraining() throws {
    let folder = try BenchmarkFolder()
    func peak(steps: Int) throws -> Int64 {
      let run = try folder.superb(
        "run", "-u", "fbank_no_cmvn", "-n", "\(steps)", "-o",
        "config.runner.total_steps=\(steps),,config.runner.eval_step=100")
      #expect(run.exitCode == 0, "\(run.errors)")
      let result = try #require(
        try folder.results().first { $0.key.hasPrefix("\(steps)/") }?.value)
      #expect(result.cost.trainingSteps == steps)
      return result.cost.peakMemoryBytes
    }
    _ = try peak(steps: 100)
    let short = try peak(steps: 200)
    let long = try peak(steps: 2000)
    #expect(short > 10 << 20)
    #expect(long - short < 6 << 20, "\(short) \(long)")
  }
}
