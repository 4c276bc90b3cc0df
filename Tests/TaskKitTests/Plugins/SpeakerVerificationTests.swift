import TaskABI
import TaskKit
import Testing

@Suite struct SpeakerVerificationTests {
  private let folder: TemporaryFolder
  private let host: TestHost

  init() throws {
    folder = try TemporaryFolder()
    host = Self.host(over: folder)
    for (speaker, tree) in [
      ("id10003", "dev"), ("id10001", "dev"), ("id10002", "dev"),
      ("id10270", "test"), ("id10271", "test"),
    ] {
      for video in ["v1", "v2"] {
        for file in ["long", "short", "limit"] {
          try folder.write("\(tree)/wav/\(speaker)/\(video)/\(file).wav")
        }
      }
    }
    try folder.write(
      "veri_test.txt",
      "1 id10270/v1/long.wav id10270/v2/long.wav\n"
        + "0 id10270/v1/long.wav id10271/v2/long.wav\n"
        + "1 id10271/v1/long.wav id10271/v2/long.wav\n"
        + "0 id10271/v1/long.wav id10270/v2/short.wav\n")
  }

  /// A host has one expert.
  private static func host(over folder: TemporaryFolder) -> TestHost {
    let host = TestHost(
      config: [
        "modelrc.speakers": .integer(3), "modelrc.frame_dim": .integer(4),
        "modelrc.pooled_dim": .integer(5),
        "modelrc.embedding_dim": .integer(6),
        "datarc.train_batch_size": .integer(2),
        "datarc.drawn_trials": .integer(40),
      ], corpora: ["voxceleb1": folder.path])
    host.engine.computeSequences()
    host.lengths = ["long.wav": 32_001, "limit.wav": 32_000, "short.wav": 9]
    return host
  }

  private func experiment() throws -> TestExperiment {
    try TestExperiment(SpeakerVerification.self, host)
  }

  @Test func trainingHearsWhatIsLongEnoughWithoutItsSilence() throws {
    let experiment = try experiment()
    let batches = try experiment.batches("train")
    #expect(batches.map(\.count) == [2, 2, 2])
    let items = batches.flatMap { $0 }
    #expect(Set(items.map(\.id)).count == 6)
    #expect(items.allSatisfy { $0.id.hasSuffix("-long") })
    #expect(items.allSatisfy { $0.gain == -3 && $0.effects == 1 })
    #expect(items.allSatisfy { $0.cropLength == 128_000 && $0.crop < 4 })
    for item in items {
      #expect(item.id.hasPrefix(["id10001", "id10002", "id10003"][item.tag]))
    }
    #expect(try experiment.batches("train", epoch: 0) == batches)
    #expect(try experiment.batches("train", epoch: 1) != batches)
  }

  @Test func everyTestedRecordingIsHeardOnceAndWhole() throws {
    let experiment = try experiment()
    let items = try experiment.batches("test").flatMap { $0 }
    #expect(
      items.map(\.id) == [
        "id10270-v1-long", "id10270-v2-long", "id10271-v2-long",
        "id10271-v1-long", "id10270-v2-short",
      ])
    #expect(items.allSatisfy { $0.cropLength == 0 && $0.effects == 1 })
    #expect(
      items[0].path == folder.path + "/test/wav/id10270/v1/long.wav")
  }

  @Test func drawnDevTrialsAreOfTrainingSpeakersAndRepeat() throws {
    let experiment = try experiment()
    let ids = try experiment.batches("dev").flatMap { $0 }.map(\.id)
    #expect(Set(ids).count == ids.count)
    #expect(ids.allSatisfy { $0.hasPrefix("id1000") })
    let again = try TestExperiment(
      SpeakerVerification.self, Self.host(over: folder)
    ).batches("dev").flatMap { $0 }
    #expect(again.map(\.id) == ids)
  }

  @Test func drawnTrialsAlternateAndTargetsPairTwoVideos() throws {
    let paths = (0..<60).map { "s\($0 / 6)/v\($0 / 2 % 3)/\($0 % 2).wav" }
    let trials = try TrialList.draw(
      100, speakers: 4, from: paths,
      random: RandomStream { $0 &* 0x9e37_79b9_7f4a_7c15 ^ $0 << 40 })
    #expect(trials.count == 100)
    var speakers: Set<Substring> = []
    for (index, trial) in trials.enumerated() {
      let one = trial.first.path.split(separator: "/")
      let two = trial.second.path.split(separator: "/")
      #expect(trial.isTarget == index.isMultiple(of: 2))
      #expect((one[0] == two[0]) == trial.isTarget)
      if trial.isTarget { #expect(one[1] != two[1]) }
      speakers.formUnion([one[0], two[0]])
    }
    #expect(speakers.count == 4)
  }

  /// Frames whose speaker can be told by their scale in one channel or the
  /// other, as far as `isHelpful` says so.
  private func frames(
    _ utterance: TestExperiment.Utterance, isHelpful: Bool = true
  ) -> [[Float]] {
    let speaker = utterance.id.contains("id10270") ? 1 : 2
    let other = utterance.id.contains("v1") ? 1 : 2
    let which = isHelpful ? speaker : other
    return (0..<20).map { frame in
      let wave: Float = frame.isMultiple(of: 2) ? 1 : -1
      return which == 1 ? [9 * wave, wave, 3] : [wave, -9 * wave, -3]
    }
  }

  @Test func errorRateComesFromCosinesOfTheTrials() throws {
    let experiment = try experiment()
    #expect(try experiment.run("test") { frames($0) } == [0, 0, 0, 0, 0])
    let report = try experiment.report("test", step: 10)
    #expect(report.metrics["eer"] == 0)
    #expect(report.metrics["eer_dev_selected"] == nil)
    let lines = (report.files["test_predict.txt"] ?? "")
      .split(separator: "\n").map { $0.split(separator: " ") }
    #expect(lines.count == 4)
    #expect(lines[0][0] == "id10270-v1-long_id10270-v2-long")
    #expect(lines.allSatisfy { abs(Double($0[1]) ?? 9) <= 1 + 1e-6 })
    #expect(
      report.files["test_truth.txt"]?.hasPrefix(
        "id10270-v1-long_id10270-v2-long 1\n") == true)
  }

  @Test func lowestOnTestAndTheOneThatDevChoseAreBothRemembered() throws {
    let experiment = try experiment()
    func measure(_ split: String, _ isHelpful: Bool, _ step: Int64) throws
      -> TestExperiment.Report
    {
      _ = try experiment.run(split) { utterance in
        guard split == "dev" else {
          return frames(utterance, isHelpful: isHelpful)
        }
        // Whoever of dev is heard, alike or by video.
        let names = utterance.id.split(separator: "-", maxSplits: 1)
        let which = names[isHelpful ? 0 : 1]
        let scale = Float(which.utf8.reduce(0) { $0 + Int($1) } % 7)
        return (0..<20).map {
          let wave: Float = $0.isMultiple(of: 2) ? 1 : -1
          return [scale * wave, wave, 3 - scale]
        }
      }
      return try experiment.report(split, step: step)
    }
    // Good on dev and bad on test; then the other way round.
    let first = try measure("dev", true, 1)
    #expect(first.saved == ["dev-best.ckpt"])
    let bad = try #require(try measure("test", false, 1).metrics["eer"])
    #expect(bad > 0)
    let second = try measure("dev", false, 2)
    #expect(second.saved.isEmpty)
    let test = try measure("test", true, 2)
    #expect(test.metrics["eer"] == 0)
    #expect(test.metrics["eer_dev_selected"] == bad)
    // What the host asks for last, of the checkpoint that dev chose.
    let last = try measure("test", false, 2)
    #expect(last.metrics["eer"] == 0)
    #expect(last.metrics["EER"] == bad)
  }

  @Test func trainingLossIsOfTheMarginSoftmax() throws {
    let experiment = try experiment()
    let losses = try experiment.run("train") { frames($0) }
    #expect(losses.allSatisfy { $0.isFinite && $0 > 0 })
    let report = try experiment.report("train")
    #expect(report.saved.isEmpty && report.files.isEmpty)
    let mean = losses.reduce(0) { $0 + Double($1) } / Double(losses.count)
    #expect(abs((report.metrics["loss"] ?? 0) - mean) < 1e-6)
  }

  @Test func tooFewFramesNameTheUtterance() throws {
    let experiment = try experiment()
    #expect {
      _ = try experiment.run("train") { _ in
        [[Float]](repeating: [0, 0, 0], count: 15)
      }
    } throws: {
      let message = ($0 as? TestExperiment.Failure)?.message
      return message?.contains("-long has 15 frames") == true
    }
  }

  @Test func aRecordingTooShortCostsItsTrialsAlone() throws {
    let experiment = try experiment()
    _ = try experiment.run("test") { utterance in
      let heard = frames(utterance)
      return utterance.id.hasSuffix("short") ? Array(heard.prefix(15)) : heard
    }
    let report = try experiment.report("test", step: 1)
    #expect(report.metrics["eer"] == 0)
    let scores = (report.files["test_predict.txt"] ?? "")
      .split(separator: "\n").map { $0.split(separator: " ")[1] }
    #expect(scores.count == 4 && scores.last == "-1.0")
    #expect(!scores.dropLast().contains("-1.0"))
  }

  @Test(arguments: [
    ("1 id10270/v1/gone.wav id10270/v2/long.wav\n", SUPERB_NOT_FOUND),
    ("2 id10270/v1/long.wav id10270/v2/long.wav\n", SUPERB_CORRUPT_DATA),
    ("1 id10270/v1/long.wav\n", SUPERB_CORRUPT_DATA),
    ("", SUPERB_CORRUPT_DATA),
  ])
  func aListThatCannotBeUsedSaysWhy(
    list: String, status: superb_status
  ) throws {
    let path = try folder.write("trials.txt", list)
    host.config["datarc.test_trials"] = .text(path)
    let experiment = try experiment()
    #expect {
      _ = try experiment.batches("test")
    } throws: {
      ($0 as? TestExperiment.Failure)?.status == status
    }
  }

  @Test func moreSpeakersThanColumnsAreRefused() throws {
    host.config["modelrc.speakers"] = .integer(2)
    let experiment = try experiment()
    #expect {
      _ = try experiment.batches("train")
    } throws: {
      ($0 as? TestExperiment.Failure)?.message.contains("modelrc.speakers")
        == true
    }
  }
}
