import TaskABI
import TaskKit
import Testing

@Suite struct KeywordSpottingTests {
  private let folder: TemporaryFolder
  private let host: TestHost

  init() throws {
    folder = try TemporaryFolder()
    for number in 0..<60 {
      for word in ["yes", "go", "bed", "zero"] {
        try folder.write("train/\(word)/s\(number)_nohash_0.wav")
      }
    }
    for noise in ["pink", "white"] {
      try folder.write("train/_background_noise_/\(noise).wav")
    }
    try folder.write("train/_background_noise_/README.md")
    for word in SpeechCommands.classes {
      try folder.write("test/\(word)/a.wav")
    }
    host = TestHost(
      config: [
        "datarc.batch_size": .integer(8), "datarc.crops": .integer(3),
      ],
      corpora: [
        "speech_commands": folder.path + "/train",
        "speech_commands_test": folder.path + "/test",
      ])
  }

  @Test func hashPutsFilesWhereTheCorpusDoes() {
    let train = SpeechCommands.position(of: "00176480_nohash_0.wav")
    #expect(abs(train - 69.798155) < 1e-6)
    let left = SpeechCommands.position(of: "f428ca69_nohash_0.wav")
    #expect(abs(left - 13.933143) < 1e-6)
    #expect(SpeechCommands.position(of: "00176480_nohash_7.wav") == train)
  }

  @Test func trainIsBalancedWithReplacementAndDropsTheLastBatch() throws {
    let experiment = try TestExperiment(KeywordSpotting.self, host)
    let batches = try experiment.batches("train", epoch: 1)
    #expect(batches.allSatisfy { $0.count == 8 })
    let drawn = batches.flatMap { $0 }
    // Four classes: yes, go, unknown (twice the clips), silence (two).
    let silence = drawn.filter { $0.tag == SpeechCommands.silence }
    #expect(
      abs(Double(silence.count) / Double(drawn.count) - 0.25) < 0.12)
    #expect(Set(drawn.map(\.tag)) == [0, 9, 10, 11])
    #expect(drawn.allSatisfy { $0.gain == -3 })
    #expect(silence.allSatisfy { $0.cropLength == 16_000 && $0.crop < 3 })
    #expect(
      silence.allSatisfy { $0.id.hasPrefix("_background_noise_-") })
    #expect(
      drawn.filter { $0.tag != SpeechCommands.silence }
        .allSatisfy { $0.cropLength == 0 })
  }

  @Test func trainAndDevShareNoSpeaker() throws {
    let experiment = try TestExperiment(KeywordSpotting.self, host)
    func words(_ split: String) throws -> Set<String> {
      Set(
        try (0..<20).flatMap {
          try experiment.batches(split, epoch: $0).flatMap { $0 }
        }.filter { $0.tag != SpeechCommands.silence }.map {
          String($0.id.split(separator: "-")[1])
        })
    }
    let train = try words("train")
    let dev = try words("dev")
    #expect(!train.isEmpty && !dev.isEmpty)
    #expect(train.isDisjoint(with: dev))
    for name in dev { #expect(SpeechCommands.position(of: name) < 10) }
    for name in train { #expect(SpeechCommands.position(of: name) >= 20) }
  }

  @Test func devHearsACropThatTrainingNeverHears() throws {
    let experiment = try TestExperiment(KeywordSpotting.self, host)
    let silence = try experiment.batches("dev").flatMap { $0 }
      .filter { $0.tag == SpeechCommands.silence }
    #expect(!silence.isEmpty)
    #expect(silence.allSatisfy { $0.crop == 3 })
  }

  @Test func epochsDifferAndRepeat() throws {
    let experiment = try TestExperiment(KeywordSpotting.self, host)
    let first = try experiment.batches("train", epoch: 0)
    #expect(try experiment.batches("train", epoch: 0) == first)
    #expect(try experiment.batches("train", epoch: 1) != first)
    let again = try TestExperiment(KeywordSpotting.self, host2())
    #expect(try again.batches("train", epoch: 0) == first)
  }

  @Test func testIsSequential() throws {
    let experiment = try TestExperiment(KeywordSpotting.self, host)
    let items = try experiment.batches("test").flatMap { $0 }
    #expect(items.count == 12)
    #expect(items.first?.id == "_silence_-a.wav")
    #expect(items.map(\.tag).sorted() == Array(0..<12))
  }

  @Test func aHeadIsMadeWithoutAnyCorpus() throws {
    let experiment = try TestExperiment(KeywordSpotting.self, TestHost())
    #expect {
      _ = try experiment.batches("train")
    } throws: {
      ($0 as? TestExperiment.Failure)?.status == SUPERB_NOT_FOUND
    }
  }

  @Test func anEmptyCorpusSaysWhatIsMissing() throws {
    let empty = try TemporaryFolder()
    let experiment = try TestExperiment(
      KeywordSpotting.self,
      TestHost(corpora: [
        "speech_commands": empty.path, "speech_commands_test": empty.path,
      ]))
    for split in ["train", "dev", "test"] {
      #expect(throws: TestExperiment.Failure.self) {
        try experiment.batches(split)
      }
    }
    #expect(throws: TestExperiment.Failure.self) {
      try experiment.batches("other")
    }
  }

  private func host2() -> TestHost {
    TestHost(config: host.config, corpora: host.corpora)
  }
}
