import Foundation
import Records
import Testing
import Upstreams
import Weights

/// Several tasks that train one upstream, a step each in turn.
@Suite struct SharedUpstreamTests {
  private static let benchmark = """
    name: demo
    corpora:
      iemocap: CORPORA/iemocap
      fluent_speech_commands: CORPORA/fluent_speech_commands
    tasks:
      emotion:
        runner: {total_steps: 5, eval_step: 2, save_step: 5, log_step: 2, gradient_accumulate_steps: 2}
        optimizer: {lr: 1.0e-3}
        downstream_expert: {datarc: {test_fold: fold2}}
      ic:
        runner: {total_steps: 6, eval_step: 3, save_step: 3, log_step: 2, gradient_accumulate_steps: 1}
        optimizer: {lr: 1.0e-3}
        downstream_expert: {datarc: {train_batch_size: 4}}

    """
  private static let model =
    Program.repository + "/Tests/TestSupport/Fixtures/weights/wav2vec2"
  private static let apart = [
    "run", "-u", model, "-f", "--upstream-learning-rate", "1e-4",
  ]
  private static let together = apart + ["--multitask"]

  private func checkpoint(
    _ folder: BenchmarkFolder, _ task: String, _ step: Int
  ) throws -> SafeTensors {
    let file = try #require(
      folder.files().first {
        $0.contains("/\(task)/") && $0.hasSuffix("/states-\(step).ckpt")
      })
    return try SafeTensors(path: folder.path + "/runs/" + file)
  }

  private func result(
    _ folder: BenchmarkFolder, _ task: String
  ) throws -> ExperimentResult {
    try #require(try folder.results().values.first { $0.task.id == task })
  }

  @Test func allHeadsTrainTheSameWeights() throws {
    let folder = try BenchmarkFolder(Self.benchmark)
    let run = try folder.superb(Self.together)
    #expect(run.exitCode == 0, "\(run.errors)")
    let layer = "encoder.layers.1.final_layer_norm.weight"
    let updates = "optimizer.step/upstream." + layer
    // emotion and ic in turn: five steps each, then the last one of ic.
    let emotion = try checkpoint(folder, "emotion", 5)
    let ic = try checkpoint(folder, "ic", 6)
    #expect(try emotion.floats(updates) == [9])
    #expect(try ic.floats(updates) == [11])
    #expect(try ic.floats("optimizer.step/featurizer.weights") == [6])
    for task in ["emotion", "ic"] {
      let result = try result(folder, task)
      #expect(result.status == .done)
      #expect(
        result.fineTuning?.sharedBy?.map(\.task) == ["emotion", "ic"])
      let joint = try #require(result.cost.joint)
      #expect(joint.tasks == ["emotion", "ic"])
      #expect(joint.upstreamPasses > 0 && joint.wallSeconds > 0)
      #expect(result.cost.trainingSeconds > 0)
    }
    // Once for all, and gone when each head has its own.
    #expect(!folder.files().contains { $0.contains("/joint") })
    #expect(!folder.files().contains { $0.contains("/resume") })
    let again = try folder.superb(Self.together)
    #expect(again.errors.components(separatedBy: "done before").count == 3)

    // It is another experiment than each one's own upstream.
    let alone = try folder.superb(Self.apart + ["-n", "apart"])
    #expect(alone.exitCode == 0, "\(alone.errors)")
    let signatures = Set(try folder.results().values.map(\.signature))
    #expect(signatures.count == 4)
    let evaluated = try folder.superb(
      "evaluate", "--from", "runs/demo", "--split", "ic:test", "--json")
    #expect(evaluated.exitCode == 0, "\(evaluated.errors)")
  }

  @Test func oneThatFailsEndsTheTrainingOfAll() throws {
    let folder = try BenchmarkFolder(
      Self.benchmark.replacingOccurrences(
        of: "CORPORA/fluent_speech_commands", with: "commands"))
    try FileManager.default.copyItem(
      atPath: try ToneCorpus.shared.get().path + "/fluent_speech_commands",
      toPath: folder.path + "/commands")
    let broken = "commands/wavs/speakers/train/3.wav"
    let whole = try folder.contents(broken)
    try folder.write(broken, "no recording at all")
    let run = try folder.superb(Self.together)
    #expect(run.exitCode == 1, "\(run.errors)")
    let ic = try result(folder, "ic").failure
    #expect(ic?.reason.contains("train/3.wav") == true, "\(ic as Any)")
    let emotion = try result(folder, "emotion").failure
    #expect(
      emotion?.reason.contains("ic failed") == true, "\(emotion as Any)")

    try whole.write(to: URL(fileURLWithPath: folder.path + "/" + broken))
    let again = try folder.superb(Self.together)
    #expect(again.exitCode == 0, "\(again.errors)")
    let undisturbed = try BenchmarkFolder(Self.benchmark)
    #expect(try undisturbed.superb(Self.together).exitCode == 0)
    for task in ["ic", "emotion"] {
      #expect(
        try result(folder, task).metrics == result(undisturbed, task).metrics)
    }
  }

  /// A result that is lost is made again with its companions', which are the
  /// same afterwards.
  @Test func aResultThatIsRemovedBringsAllBackToTheSameNumbers() throws {
    let folder = try BenchmarkFolder(Self.benchmark)
    #expect(try folder.superb(Self.together).exitCode == 0)
    let numbers = try folder.numbers()
    let file = try #require(
      folder.files().first {
        $0.contains("/ic/") && $0.hasSuffix("result.json")
      })
    unlink(folder.path + "/runs/" + file)
    let again = try folder.superb(Self.together)
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(!again.errors.contains("done before"))
    #expect(try folder.numbers() == numbers)
  }

  @Test func whatCannotBeSharedIsRefusedBeforehand() throws {
    let folder = try BenchmarkFolder(Self.benchmark)
    let rate = ["--upstream-learning-rate", "1e-4"]
    for (arguments, reason) in [
      ([], "a learning rate of its own"),
      (rate + ["-o", "config.runner.lr_grid=[0.1, 0.2]"], "grid"),
    ] {
      let run = try folder.superb(
        ["run", "-u", Self.model, "-f", "--multitask"] + arguments)
      #expect(run.exitCode == 2, "\(run.errors)")
      #expect(run.errors.contains(reason), "\(run.errors)")
    }
    let folds = try BenchmarkFolder(
      Self.benchmark.replacingOccurrences(
        of: "downstream_expert: {datarc: {test_fold: fold2}}", with: ""))
    let run = try folds.superb(Self.together)
    #expect(run.exitCode == 2)
    #expect(run.errors.contains("folds of 'emotion'"), "\(run.errors)")
    #expect(folder.files() == [] && folds.files() == [])
  }

  /// `kill -9` at any moment, with an upstream for each head and with one for
  /// both.
  @Test(arguments: [true, false]) func killedTrainingsEndWithTheSameBytes(
    isShared: Bool
  ) throws {
    let more = [
      "--checkpoint-every", "0", "-o",
      "config.runner.total_steps=12,,config.runner.log_step=1",
    ]
    let command = (isShared ? Self.together : Self.apart) + more
    let whole = try BenchmarkFolder(Self.benchmark)
    let undisturbed = try whole.superb(command)
    #expect(undisturbed.exitCode == 0, "\(undisturbed.errors)")
    let numbers = try whole.numbers()

    let folder = try BenchmarkFolder(Self.benchmark)
    var generator = SystemRandomNumberGenerator()
    let end = Date(timeIntervalSinceNow: 60)
    var continued = 0
    // A slow machine has fewer kills, a quick one none of a run that is over.
    while continued < 3, Date() < end {
      let before = states(folder)
      let program = try folder.start(command)
      _ = eventually { !program.isRunning || states(folder) != before }
      usleep(UInt32.random(in: 0..<30_000, using: &generator))
      let isInTime = program.isRunning
      program.send(SIGKILL)
      _ = program.outcome()
      if isInTime {
        continued += before.isEmpty ? 0 : 1
      } else if continued == 0 {
        try FileManager.default.removeItem(atPath: folder.path + "/runs")
      } else {
        break
      }
    }
    let last = try folder.superb(command)
    #expect(last.exitCode == 0, "\(last.errors)")
    #expect(try folder.numbers() == numbers)
    #expect(continued > 0)
  }

  /// When each state to continue from was written.
  private func states(_ folder: BenchmarkFolder) -> [String: Date] {
    var times: [String: Date] = [:]
    for file in folder.files() where file.hasSuffix("/resume/current.ckpt") {
      let facts = try? FileManager.default.attributesOfItem(
        atPath: folder.path + "/runs/" + file)
      times[file] = facts?[.modificationDate] as? Date
    }
    return times
  }
}
