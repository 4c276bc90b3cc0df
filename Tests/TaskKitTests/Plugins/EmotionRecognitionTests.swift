import TaskABI
import TaskKit
import Testing

@Suite struct EmotionRecognitionTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for session in 1...5 {
      let dialog = "Ses0\(session)F_impro01"
      var text = "% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]\n\n"
      let emotions = ["neu", "exc", "hap", "ang", "sad", "fru", "xxx"]
      for (turn, emotion) in emotions.enumerated() {
        let name = "\(dialog)_F00\(turn)"
        text += "[6.2 - 8.2]\t\(name)\t\(emotion)\t[2.5, 2.5, 2.5]\n"
        text += "C-E2:\tNeutral;\t()\n"
        try folder.write(
          "Session\(session)/sentences/wav/\(dialog)/\(name).wav")
      }
      text += "[9.0 - 9.5]\t\(dialog)_M009\tneu\t[2.5, 2.5, 2.5]\n"
      try folder.write(
        "Session\(session)/dialog/EmoEvaluation/\(dialog).txt", text)
    }
  }

  private func experiment(
    _ config: [String: TestHost.Value] = [:]
  ) throws -> TestExperiment {
    try TestExperiment(
      EmotionRecognition.self,
      TestHost(config: config, corpora: ["iemocap": folder.path]))
  }

  /// The first indices and the sums of the dev sets of s3prl's lists.
  @Test func partitionIsS3PRLs() {
    let fold1 = IEMOCAP.partition(4446, validRatio: 0.2)
    #expect(fold1.train.count == 3556 && fold1.dev.count == 890)
    #expect(fold1.train.prefix(6) == [224, 1110, 4359, 1515, 2505, 4131])
    #expect(fold1.dev.prefix(6) == [158, 1584, 1948, 31, 3810, 1431])
    let sums = [4446, 4508, 4380, 4500, 4290].map {
      IEMOCAP.partition($0, validRatio: 0.2).dev.reduce(0, +)
    }
    #expect(sums == [1_917_849, 2_084_101, 1_982_942, 2_067_361, 1_848_692])
  }

  @Test func listsAreMadeFromTheEvaluations() throws {
    let experiment = try experiment(["datarc.test_fold": .text("fold2")])
    let test = try experiment.batches("test").flatMap { $0 }
    #expect(
      test.map(\.id) == (0...4).map { "Ses02F_impro01_F00\($0)" })
    #expect(test.map(\.tag) == [0, 1, 1, 2, 3])
    let train = try experiment.batches("train").flatMap { $0 }
    let dev = try experiment.batches("dev").flatMap { $0 }
    #expect(train.count == 16 && dev.count == 4)
    #expect(Set((train + dev).map(\.id)).count == 20)
    #expect((train + dev).allSatisfy { !$0.id.hasPrefix("Ses02") })
  }

  @Test func shippedListsGoFirst() throws {
    func list(_ entries: String) -> String {
      #"{"labels": {"neu": 0, "hap": 1, "ang": 2, "sad": 3}, "meta_data": ["#
        + entries + "]}"
    }
    try folder.write(
      "meta_data/Session1/test_meta_data.json",
      list(
        #"{"path": "Session1/x/b.wav", "label": "sad", "speaker": "s"}"#))
    try folder.write(
      "meta_data/Session1/train_meta_data.json",
      list(
        (0..<5).map {
          #"{"path": "S/\#($0).wav", "label": "hap", "speaker": "s"}"#
        }.joined(separator: ",")))
    let experiment = try experiment()
    let test = try experiment.batches("test").flatMap { $0 }
    #expect(test.map(\.path) == [folder.path + "/Session1/x/b.wav"])
    #expect(test.map(\.tag) == [3])
    #expect(try experiment.batches("train").flatMap { $0 }.count == 4)

    try folder.write("meta_data/Session1/test_meta_data.json", "{\"labels\":")
    let broken = try self.experiment()
    #expect {
      _ = try broken.batches("test")
    } throws: {
      ($0 as? TestExperiment.Failure)?.status == SUPERB_CORRUPT_DATA
    }
  }

  @Test func headIsDrawnWithSeedZeroAndFilesNameTheFold() throws {
    let experiment = try experiment(["datarc.test_fold": .text("fold3")])
    #expect(
      experiment.host.engine.parameters["projector.weight"]?.start.seed == 0)
    _ = try experiment.run("test") { _ in [0, 0, 0] }
    let files = try experiment.report("test").files
    #expect(
      Set(files.keys) == ["test_fold3_predict.txt", "test_fold3_truth.txt"])
    #expect(
      files["test_fold3_truth.txt"]?.hasPrefix("Ses03F_impro01_F000 neu\n")
        == true)
  }

  @Test func anUnknownFoldIsRefused() {
    #expect(throws: TestExperiment.Failure.self) {
      try experiment(["datarc.test_fold": .text("fold6")])
    }
  }
}
