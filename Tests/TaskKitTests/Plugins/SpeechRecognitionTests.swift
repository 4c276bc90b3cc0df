import TaskABI
import TaskKit
import Testing

@Suite struct SpeechRecognitionTests {
  private let folder: TemporaryFolder
  private let host: TestHost

  init() throws {
    folder = try TemporaryFolder()
    var train = ""
    for index in 0..<5 {
      try folder.write(
        "train-clean-100/1/2/1-2-000\(index).flac", "\(20_000 + index)")
      train += "1-2-000\(index) HI\n"
    }
    try folder.write("train-clean-100/1/2/1-2.trans.txt", train)
    try folder.write("dev-clean/3/4/3-4-0000.flac", "1000")
    try folder.write("dev-clean/3/4/3-4-0001.flac", "4000")
    try folder.write(
      "dev-clean/3/4/3-4.trans.txt", "3-4-0000 IT'S\n3-4-0001 Oh no\n")
    try folder.write("test-clean/5/6/5-6-0000.flac", "1000")
    try folder.write("test-clean/5/6/5-6.trans.txt", "5-6-0000 4 MEN\n")
    host = Self.host(folder)
  }

  private static func host(_ folder: TemporaryFolder) -> TestHost {
    let host = TestHost(
      config: [
        "datarc.batch_size": .integer(4), "modelrc.project_dim": .integer(4),
        "modelrc.RNNs.dim": .list(2), "modelrc.RNNs.dim.0": .integer(5),
        "modelrc.RNNs.dim.1": .integer(6),
      ], corpora: ["librispeech": folder.path])
    host.readsLengthsAsText()
    host.engine.offerSequences()
    return host
  }

  @Test func vocabularyIsTheProtocols() throws {
    let letters = LetterVocabulary()
    #expect(letters.count == 32)
    #expect(try letters.encode("EZ'") == [5, 31, 27, 4, 2])
    #expect(try letters.encode("oh no") == [8, 11, 4, 9, 8, 4, 2])
    #expect(letters.decode([0, 8, 11, 4, 2]) == "O H |")
    #expect(letters.decode([1, 3]) == "<pad> <unk>")
    #expect(LetterVocabulary.words("O H | N O |") == "OH NO")
    #expect(LetterVocabulary.words("| O | | N") == "O N")
    #expect(LetterVocabulary.words("").isEmpty)
  }

  @Test func trainingIsShuffledHalvesOfBuckets() throws {
    let experiment = try TestExperiment(SpeechRecognition.self, host)
    let train = try experiment.batches("train")
    // Four of five in two halves; the fifth, alone, is left out.
    #expect(
      Set(train.map { $0.map(\.id) }) == [
        ["1-2-0004", "1-2-0003"], ["1-2-0002", "1-2-0001"],
      ])
    let dev = try experiment.batches("dev-clean")
    #expect(dev.map { $0.map(\.id) } == [["3-4-0001"], ["3-4-0000"]])
  }

  @Test func aWrongLetterNamesItsFile() throws {
    let experiment = try TestExperiment(SpeechRecognition.self, host)
    let file = folder.path + "/test-clean/5/6/5-6.trans.txt"
    #expect {
      _ = try experiment.batches("test-clean")
    } throws: {
      let message = ($0 as? TestExperiment.Failure)?.message
      return message?.hasPrefix("\(file): '4' in the transcript") == true
    }
    // Words with a NUL do not end there.
    try folder.write("test-clean/5/6/5-6.trans.txt", "5-6-0000 A\0B MEN\n")
    #expect {
      _ = try TestExperiment(
        SpeechRecognition.self, Self.host(folder)
      ).batches("test-clean")
    } throws: {
      let message = ($0 as? TestExperiment.Failure)?.message
      return message?.contains("'A\u{2400}B MEN' is not one") == true
    }
  }

  @Test func lengthTablesAreUsedWhereTheyAre() throws {
    try folder.write(
      "len/train-clean-100.csv",
      ",file_path,length,label\n"
        + "0,train-clean-100/1/2/1-2-0002.flac,9,\n"
        + "1,train-clean-100/1/2/1-2-0000.flac,8,\n")
    host.config["datarc.bucket_file"] = .text(folder.path + "/len")
    let experiment = try TestExperiment(SpeechRecognition.self, host)
    #expect(
      try experiment.batches("train").map { $0.map(\.id) }
        == [["1-2-0002", "1-2-0000"]])
    #expect(try experiment.batches("dev-clean").count == 2)
  }

  @Test func parametersHaveTheProtocolsNamesAndShapes() throws {
    _ = try TestExperiment(SpeechRecognition.self, host)
    let shapes = host.engine.parameters.mapValues(\.shape)
    #expect(shapes["projector.weight"] == [4, 3])
    #expect(shapes["model.rnns.0.layer.weight_ih_l0"] == [20, 4])
    #expect(shapes["model.rnns.1.layer.weight_ih_l0_reverse"] == [24, 10])
    #expect(shapes["model.linear.weight"] == [32, 12])
    #expect(shapes.count == 21)
  }

  @Test func ratesAreInPercentAndOnlyDevCleanSelects() throws {
    let experiment = try TestExperiment(SpeechRecognition.self, host)
    // Recurrent layers give zeros here, so every frame says the last letter.
    _ = try experiment.run("dev-clean") { _ in [0, 0, 0] }
    let report = try experiment.report("dev-clean")
    #expect(report.metrics["wer"] == 100)
    // "O H | N O |" and "I T ' S |", each against "Z".
    #expect(report.metrics["uer"] == 100)
    #expect(
      report.files["dev-clean_shares.jsonl"]?.contains(
        "{\"counted\":6,\"id\":\"3-4-0001\",\"metric\":\"uer\",\"possible\":6}\n"
      )
        == true)
    #expect(
      report.files["dev-clean-noLM-ref.ark"]
        == "3-4-0001 OH NO\n3-4-0000 IT'S\n")
    #expect(
      report.files["dev-clean-noLM-hyp.ark"] == "3-4-0001 Z\n3-4-0000 Z\n")
    // 100 % is not below the first mark.
    #expect(report.saved.isEmpty)
  }

  @Test func aSymbolThatIsNoLetterIsAnError() throws {
    let experiment = try TestExperiment(SpeechRecognition.self, host)
    #expect {
      _ = try experiment.batches("test-clean")
    } throws: {
      ($0 as? TestExperiment.Failure)?.message.contains("'4'") == true
    }
    #expect(throws: TestExperiment.Failure.self) {
      try experiment.batches("dev")
    }
  }

  @Test(arguments: [
    ("modelrc.RNNs.sample_rate", [2, 1], "sample_rate"),
    ("modelrc.RNNs.dim", [0], "dim"),
    ("modelrc.RNNs.dropout", [1, 0], "dropout"),
    ("modelrc.RNNs.dropout", [0], "dropout"),
  ])
  func aModelThatCannotBeIsRefused(
    key: String, values: [Int64], named: String
  ) {
    host.config[key] = .list(values.count)
    for (index, value) in values.enumerated() {
      host.config["\(key).\(index)"] = .integer(value)
    }
    #expect {
      _ = try TestExperiment(SpeechRecognition.self, host)
    } throws: {
      ($0 as? TestExperiment.Failure)?.message.contains(named) == true
    }
  }
}
