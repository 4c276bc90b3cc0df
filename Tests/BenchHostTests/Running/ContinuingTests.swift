import Foundation
import Testing

/// Continuing from checkpoints: of the run itself, with `-e` and with `-i`.
@Suite struct ContinuingTests {
  private static let upstream = ["run", "-u", "fbank_no_cmvn"]

  /// The only experiment's folder, below the working folder.
  private func experiment(_ folder: BenchmarkFolder) throws -> String {
    let file = try #require(
      folder.files().first { $0.hasSuffix("experiment.json") })
    return "runs/" + (file as NSString).deletingLastPathComponent
  }

  @Test(arguments: [SIGTERM, SIGKILL])
  func runThatWasCutShortGoesOnWhereItStopped(signal: Int32) throws {
    let held = try HeldRun(upstreams: "fbank_no_cmvn")
    let folder = held.folder
    let arguments = [
      "run", "--checkpoint-every", "0", "-o", "config.runner.log_step=1",
    ]
    let outcome = try held.cutShort(
      by: signal, Array(arguments.dropFirst()))
    #expect(outcome.exitCode == (signal == SIGTERM ? 75 : nil))
    let again = try folder.superb(arguments)
    #expect(again.exitCode == 0, "\(again.errors)")
    let log = try folder.text(experiment(folder) + "/log.log")
    #expect(log.contains("continuing from step"), "\(log)")
    let fresh = try folder.superb(arguments + ["--fresh"])
    #expect(fresh.exitCode == 0)
    #expect(
      try !folder.text(experiment(folder) + "/log.log").contains("continuing"))
  }

  @Test(arguments: ["resume/current.ckpt", "dev-best.ckpt"])
  func damageIsWorkedAroundAndTheUserIsTold(damaged: String) throws {
    let held = try HeldRun(upstreams: "fbank_no_cmvn")
    let folder = held.folder
    let arguments = [
      "--checkpoint-every", "0", "-o", "config.runner.log_step=1",
    ]
    try held.cutShort(by: SIGKILL, arguments)
    let file = try experiment(folder) + "/" + damaged
    var bytes = try folder.contents(file)
    bytes[bytes.count / 2] ^= 8
    try bytes.write(to: URL(fileURLWithPath: folder.path + "/" + file))
    let again = try folder.superb(["run"] + arguments)
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(again.errors.contains("damaged"), "\(again.errors)")
    let log = try folder.text(experiment(folder) + "/log.log")
    #expect(log.contains("continuing from step"), "\(log)")

    let whole = try HeldRun(upstreams: "fbank_no_cmvn")
    #expect(try whole.folder.superb(["run"] + arguments).exitCode == 0)
    #expect(try folder.numbers() == whole.folder.numbers())
  }

  @Test func audioThatHasChangedIsNoticedAndNotMixed() throws {
    let held = try HeldRun(upstreams: "fbank_no_cmvn", corpus: "commands")
    let folder = held.folder
    try FileManager.default.copyItem(
      atPath: try ToneCorpus.shared.get().path + "/speech_commands",
      toPath: folder.path + "/commands")
    let arguments = [
      "--checkpoint-every", "0", "-o", "config.runner.log_step=1",
    ]
    try held.cutShort(by: SIGKILL, arguments)
    // As many bytes as before, in the same place.
    for file in folder.files(below: "commands") where file.hasSuffix(".wav") {
      var bytes = try folder.contents("commands/" + file)
      bytes[bytes.count - 2] ^= 1
      try bytes.write(
        to: URL(fileURLWithPath: folder.path + "/commands/" + file))
    }
    let again = try folder.superb(["run"] + arguments)
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(
      again.errors.contains("the corpus is not what it was"), "\(again.errors)")
    let log = try folder.text(experiment(folder) + "/log.log")
    #expect(log.contains("it begins anew"), "\(log)")
    #expect(!log.contains("continuing from step"), "\(log)")
    let numbers = try folder.numbers()
    #expect(try folder.superb(["run", "--fresh"] + arguments).exitCode == 0)
    #expect(try folder.numbers() == numbers)
  }

  @Test func experimentIsContinuedToMoreStepsAsIfItHadHadThem() throws {
    let more = "config.runner.total_steps=150"
    let whole = try BenchmarkFolder()
    let straight = try whole.superb(Self.upstream + ["-o", more])
    #expect(straight.exitCode == 0, "\(straight.errors)")
    let expected = try whole.result("fbank_no_cmvn")

    let folder = try BenchmarkFolder()
    let half = try folder.superb(
      Self.upstream + ["-o", "config.runner.total_steps=100"])
    #expect(half.exitCode == 0, "\(half.errors)")
    let first = try experiment(folder)
    // Its own arguments count: neither the task nor the seed is looked at.
    let continued = try folder.superb(
      "run", "-e", first, "-o", more, "--seed", "9", "-d", "emotion", "-n",
      "longer")
    #expect(continued.exitCode == 0, "\(continued.errors)")
    let result = try #require(
      try folder.results().first { $0.key.hasPrefix("longer/") }?.value)
    #expect(result.metrics == expected.metrics)
    #expect(result.bestStep == expected.bestStep)
    #expect(result.seed == 1337)
    #expect(result.signature != expected.signature)
    // Without a change there is nothing left to do.
    let again = try folder.superb("run", "-e", first)
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(again.errors.contains("done before"))
  }

  @Test func weightsOfACheckpointBeginANewTraining() throws {
    let folder = try BenchmarkFolder()
    #expect(try folder.superb(Self.upstream).exitCode == 0)
    let from = try experiment(folder) + "/states-150.ckpt"
    let short =
      "config.runner.total_steps=2,,config.runner.eval_step=2"
    #expect(
      try folder.superb(Self.upstream + ["-n", "cold", "-o", short]).exitCode
        == 0)
    let warm = try folder.superb(
      Self.upstream + ["-n", "warm", "-o", short, "--init-weights", from])
    #expect(warm.exitCode == 0, "\(warm.errors)")
    func value(_ name: String) throws -> Double {
      try #require(
        try folder.results().first { $0.key.hasPrefix(name + "/") }?.value
          .primaryMetric?.value)
    }
    #expect(try value("warm") > value("cold") + 0.2)
    #expect(Set(try folder.results().values.map(\.signature)).count == 3)
  }

  @Test func checkpointThatIsNoneIsTheUsersError() throws {
    let folder = try BenchmarkFolder()
    try folder.write("none.ckpt", "no checkpoint at all")
    for arguments in [
      ["run", "-e", "none.ckpt"], ["run", "-e", "nowhere"],
      ["run", "-i", "none.ckpt"], ["run", "-a", "--fresh"],
      ["evaluate", "--from", "none.ckpt", "--split", "test"],
      ["predict", "--from", "none.ckpt", "none.ckpt"],
    ] {
      let run = try folder.superb(arguments)
      #expect(run.exitCode == 2, "\(arguments): \(run.errors)")
    }
  }
}
