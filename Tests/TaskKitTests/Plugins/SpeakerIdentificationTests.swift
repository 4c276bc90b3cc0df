import TaskABI
import TaskKit
import Testing

@Suite struct SpeakerIdentificationTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for path in [
      "dev/wav/id10001/v1/00001.wav", "dev/wav/id10003/v2/00002.wav",
      "test/wav/id10270/v3/00001.wav", "test/wav/id11251/v4/00009.wav",
    ] {
      try folder.write(path)
    }
    try folder.write(
      "veri_test_class.txt",
      "1 id10001/v1/00001.wav\n1 id10270/v3/00001.wav\n"
        + "2 id10003/v2/00002.wav\n3 id11251/v4/00009.wav\n")
  }

  private func experiment(
    _ config: [String: TestHost.Value] = [:]
  ) throws -> TestExperiment {
    try TestExperiment(
      SpeakerIdentification.self,
      TestHost(config: config, corpora: ["voxceleb1": folder.path]))
  }

  @Test func splitsComeFromTheListAndBothTrees() throws {
    let experiment = try experiment()
    let train = try experiment.batches("train").flatMap { $0 }
    #expect(
      Set(train.map(\.id)) == ["id10001-v1-00001", "id10270-v3-00001"])
    #expect(Set(train.map(\.tag)) == [0, 269])
    #expect(train.allSatisfy { $0.cropLength == 128_000 && $0.crop < 4 })
    let dev = try experiment.batches("dev")
    #expect(dev.flatMap { $0 }.map(\.tag) == [2])
    #expect(dev[0][0].cropLength == 0)
    let test = try experiment.batches("test")
    #expect(test[0][0].tag == 1250)
    #expect(test[0][0].path == folder.path + "/test/wav/id11251/v4/00009.wav")
  }

  @Test func cropsChangeFromEpochToEpoch() throws {
    let experiment = try experiment(["datarc.crops": .integer(4)])
    let crops = try (0..<40).flatMap {
      try experiment.batches("train", epoch: $0).flatMap { $0 }.map(\.crop)
    }
    #expect(Set(crops) == [0, 1, 2, 3])
  }

  @Test func filesNameSpeakers() throws {
    let experiment = try experiment()
    _ = try experiment.run("dev") { _ in [0, 0, 0] }
    let report = try experiment.report("dev")
    #expect(report.files["dev_truth.txt"] == "id10003-v2-00002 id10003\n")
    _ = try experiment.run("train") { _ in [0, 0, 0] }
    #expect(try experiment.report("train").files.isEmpty)
  }

  @Test func aFolderThatIsNotTheCorpusSaysWhatIsMissing() throws {
    let other = try TemporaryFolder()
    try other.write("wav/id10001/v1/00001.wav")
    func failure() -> String? {
      let host = TestHost(corpora: ["voxceleb1": other.path])
      do {
        _ = try TestExperiment(SpeakerIdentification.self, host)
          .batches("train")
        return nil
      } catch {
        return (error as? TestExperiment.Failure)?.message
      }
    }
    #expect(failure()?.contains("iden_split.txt") == true)
    try other.write("veri_test_class.txt", "1 id10001/v1/00001.wav\n")
    #expect(failure()?.contains("neither dev/wav nor test/wav") == true)
  }

  @Test(arguments: [
    ("1 id10001/v9/1.wav\n", SUPERB_NOT_FOUND),
    ("1 id10000/v1/1.wav\n", SUPERB_CORRUPT_DATA),
    ("1 id11252/v1/1.wav\n", SUPERB_CORRUPT_DATA),
    ("1 speaker/v1/1.wav\n", SUPERB_CORRUPT_DATA),
    ("id10001/v1/00001.wav\n", SUPERB_CORRUPT_DATA),
    ("2 id10003/v2/00002.wav\n", SUPERB_CORRUPT_DATA),
    ("", SUPERB_CORRUPT_DATA),
  ])
  func aListThatCannotBeUsedSaysWhy(
    list: String, status: superb_status
  ) throws {
    let path = try folder.write("other.txt", list)
    let experiment = try experiment(["datarc.meta_data": .text(path)])
    #expect {
      _ = try experiment.batches("train")
    } throws: {
      let failure = $0 as? TestExperiment.Failure
      return failure?.status == status
        && failure?.message.contains("other.txt") == true
    }
  }
}
