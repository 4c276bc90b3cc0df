import Foundation
import Testing

/// What was asked and what runs is said, and nothing gives way in silence.
@Suite struct NothingOverruledTests {
  @Test func fileOfTheCommandLineBeatsTheBenchmark() throws {
    let folder = try BenchmarkFolder()
    try folder.write(
      "own.yaml",
      """
      runner: {total_steps: 7, eval_step: 7, gradient_clipping: 1, eval_dataloaders: [dev, test]}
      optimizer: {name: Adam, lr: 7.0e-4}
      downstream_expert:
        datarc: {batch_size: 16}
        modelrc: {projector_dim: 16, select: UtteranceLevel, UtteranceLevel: {pooling: MeanPooling}}

      """)
    let outcome = try folder.superb(
      "run", "-u", "fbank_no_cmvn", "-c", "own.yaml")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let result = try folder.result("fbank_no_cmvn")
    #expect(result.cost.trainingSteps == 7)
    #expect(outcome.errors.contains("ks: own.yaml"), "\(outcome.errors)")
    #expect(outcome.errors.contains("gives way to -c"))
  }

  @Test func everyOptionIsAKeyOfTheBenchmarkAndOfOverrides() throws {
    let folder = try BenchmarkFolder(
      BenchmarkFolder.standard + "limit: 8\njobs: 2\nprofile: smoke\n")
    let outcome = try folder.superb(
      "run", "-u", "fbank_no_cmvn", "-o", "args.limit=6,,args.retry=0")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let result = try folder.result("fbank_no_cmvn")
    #expect(result.profile.rawValue == "smoke")
    #expect(result.limit == 6)
    #expect(outcome.errors.contains("at most 6 utterances (-o args.limit)"))
    #expect(outcome.errors.contains("profile smoke (benchmark.yaml:"))
    let wrong = try folder.superb("run", "-o", "args.retri=1")
    #expect(wrong.exitCode == 2)
    #expect(wrong.errors.contains("did you mean 'retry'"), "\(wrong.errors)")
  }

  @Test func continuedExperimentSaysWhatItIgnores() throws {
    let folder = try BenchmarkFolder()
    let run = [
      "run", "-o", "config.runner.total_steps=20,,config.runner.save_step=10",
    ]
    _ = try folder.superb(run + ["-u", "fbank_no_cmvn"])
    let states = try #require(
      folder.files().first { $0.hasSuffix("states-20.ckpt") })
    let outcome = try folder.superb(
      "run", "-e", "runs/" + states, "-u", "mfcc", "--seed", "9")
    #expect(
      outcome.errors.contains("ignored: -u mfcc, it is fbank_no_cmvn"),
      "\(outcome.errors)")
    #expect(outcome.errors.contains("ignored: --seed 9, it is 1337"))
    let again = try folder.superb("run", "-e", "runs/" + states)
    #expect(!again.errors.contains("ignored"))
  }

  @Test func failuresAreRetriedAndCommandsRepeated() throws {
    let folder = try BenchmarkFolder()
    let failing = try folder.superb(
      "run", "-u", "fbank_no_cmvn", "--retry", "2", "-o",
      "config.runner.eval_dataloaders=['nowhere']")
    #expect(failing.exitCode == 1, "\(failing.errors)")
    #expect(failing.errors.contains("trying these again, 2 of 2"))
    let script =
      "n=$(cat n 2>/dev/null || echo 0); echo $((n+1)) >n; [ $n = 2 ]"
    let repeated = try folder.superb(
      "run-while", "--pause", "0", "sh", "-c", script)
    #expect(repeated.exitCode == 0, "\(repeated.errors)")
    #expect(try folder.text("n") == "3\n")
    let most = try folder.superb(
      "run-while", "--pause", "0", "--at-most", "2", "false")
    #expect(most.exitCode == 1)
    let mistake = try folder.superb("run-while", "run", "--nonsense")
    #expect(mistake.exitCode == 2)
    let help = try folder.superb("run-while", "--help")
    #expect(help.exitCode == 0 && help.output.contains("--at-most"))
  }
}
