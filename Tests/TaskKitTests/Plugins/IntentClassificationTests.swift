import TaskABI
import TaskKit
import Testing

@Suite struct IntentClassificationTests {
  private let folder: TemporaryFolder
  private let host: TestHost

  init() throws {
    folder = try TemporaryFolder()
    let header = ",path,speakerId,transcription,action,object,location\n"
    try folder.write(
      "data/train_data.csv",
      header + "0,wavs/s/a.wav,s,\"Lights, on\",activate,lights,none\n"
        + "1,wavs/s/b.wav,s,Louder,increase,volume,none\n"
        + "2,wavs/s/c.wav,s,Kitchen,activate,lights,kitchen\n")
    try folder.write(
      "data/valid_data.csv",
      header + "0,wavs/s/d.wav,s,x,increase,lights,kitchen\n")
    try folder.write(
      "data/test_data.csv",
      header + "0,wavs/s/e.wav,s,x,increase,lights,cellar\n")
    host = TestHost(corpora: ["fluent_speech_commands": folder.path])
  }

  @Test func headHasAClassForEachValue() throws {
    _ = try TestExperiment(IntentClassification.self, host)
    #expect(
      host.engine.parameters["model.post_net.linear.weight"]?.shape
        == [6, 256])
  }

  @Test func splitsFollowTheirTables() throws {
    let experiment = try TestExperiment(IntentClassification.self, host)
    let train = try experiment.batches("train")
    #expect(train.count == 1)
    #expect(Set(train[0].map(\.id)) == ["a", "b", "c"])
    #expect(train[0].allSatisfy { $0.gain == 0 && $0.cropLength == 0 })
    let dev = try experiment.batches("dev")
    #expect(dev[0].map(\.path) == [folder.path + "/wavs/s/d.wav"])
  }

  @Test func lossSumsTheSlotsAndAllMustBeRight() throws {
    let experiment = try TestExperiment(IntentClassification.self, host)
    // Null features leave the biases: the test host's uniform start grows
    // with the index, so each slot's last value wins.
    let losses = try experiment.run("train") { _ in [0, 0, 0] }
    let report = try experiment.report("train")
    #expect(abs(losses[0] - 3 * 0.7) < 0.15)
    #expect(report.metrics["intent_loss"] == Double(losses[0]))
    #expect(report.predictions.count == 3)
    #expect(
      report.predictions.allSatisfy { $0[1] == "increase,volume,kitchen" })
    #expect(report.metrics["acc"] == 0)
    #expect(
      report.files["train_truth.csv"]?.contains("b,increase,volume,none\n")
        == true)
    #expect(report.files["train_predict.csv"] != nil)
  }

  @Test func aValueThatTrainingLacksIsAnErrorWithItsPlace() throws {
    let experiment = try TestExperiment(IntentClassification.self, host)
    #expect {
      _ = try experiment.batches("test")
    } throws: {
      let failure = $0 as? TestExperiment.Failure
      return failure?.status == SUPERB_CORRUPT_DATA
        && failure?.message.contains("test_data.csv:2: ") == true
        && failure?.message.contains("cellar") == true
    }
  }
}
