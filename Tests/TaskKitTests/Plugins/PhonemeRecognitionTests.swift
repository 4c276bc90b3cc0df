import TaskABI
import TaskKit
import Testing

@Suite struct PhonemeRecognitionTests {
  private let folder: TemporaryFolder
  private let host: TestHost

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      "lexicon/librispeech-lexicon-200k-g2p.txt",
      "HELLO\tHH AH0 L OW1\nHELLO HH EH0 L OW1\nA  AH0\nOH\t\tOW1\n")
    try folder.write(
      "lexicon/librispeech-lexicon-allothers-g2p.txt",
      "A EY1\nZOO Z UW1\n")
    var texts: [String: String] = [:]
    for (split, id, text, samples) in [
      ("train-clean-100", "1-2-0000", "A ZOO", 16_000),
      ("train-clean-100", "1-2-0001", "HELLO", 32_000),
      ("train-clean-100", "1-2-0002", "OH", 8000),
      ("dev-clean", "3-4-0000", "OH", 8000),
      ("dev-clean", "3-4-0001", "HELLO A", 8000),
      ("test-clean", "5-6-0000", "UNHEARD", 8000),
    ] {
      let path = "\(split)/" + id.dropLast(5).replacing("-", with: "/") + "/"
      try folder.write("libri/\(path)\(id).flac", "\(samples)")
      let known = "libri/\(path)\(id.dropLast(5)).trans.txt"
      texts[known, default: ""] += "\(id) \(text)\n"
    }
    for (path, text) in texts { try folder.write(path, text) }
    host = TestHost(corpora: [
      "librispeech": folder.path + "/libri",
      "librispeech_lexicon": folder.path + "/lexicon",
    ])
    host.readsLengthsAsText()
    host.engine.offerSequences()
  }

  @Test func vocabularyIsTheProtocols() {
    let vocabulary = PhoneVocabulary()
    #expect(vocabulary.count == 74)
    #expect(
      vocabulary.encode(["SIL", "SPN", "AA0", "ZH"]) == [3, 4, 5, 73, 1])
    #expect(
      vocabulary.encode(["HH", "AH0", "L", "OW1"]) == [38, 11, 47, 52, 1])
    #expect(vocabulary.encode(["XX"]) == [2, 1])
    #expect(vocabulary.decode([0, 38, 0, 11, 1, 47]) == "HH AH0")
    #expect(!vocabulary.isPhone("<pad>"))
  }

  @Test func theFirstPronunciationOfAWordCounts() throws {
    let lexicon = try PronunciationLexicon(
      [
        TextFile(path: "one", text: "A  AH0\r\nA EY1\n\n"),
        TextFile(path: "two", text: "A AA1\nB\tB IY1\n"),
      ], PhoneVocabulary())
    #expect(
      try lexicon.phones(of: "A  B A", in: "x") == ["AH0", "B", "IY1", "AH0"])
    #expect {
      _ = try lexicon.phones(of: "A C", in: "x.flac")
    } throws: {
      "\($0)".contains("'C' of x.flac") && "\($0)".contains("two")
    }
  }

  @Test func aPhoneThatIsNoneIsAnErrorWithItsLine() {
    #expect {
      _ = try PronunciationLexicon(
        [TextFile(path: "lex", text: "A AH0\nB B IY9\n")], PhoneVocabulary())
    } throws: {
      "\($0)".hasPrefix("lex:2: 'IY9' of 'B'")
    }
  }

  @Test func trainingIsWindowsOverTheListSortedByPhones() throws {
    let experiment = try TestExperiment(PhonemeRecognition.self, host)
    let train = try experiment.batches("train")
    // Five labels, four, two; longest audio first.
    #expect(
      train.map { $0.map(\.id) }
        == Array(repeating: ["1-2-0001", "1-2-0000", "1-2-0002"], count: 3))
    #expect(train[0].map(\.tag) == [0, 1, 2])
    #expect(
      train[0][0].path
        == folder.path + "/libri/train-clean-100/1/2/1-2-0001.flac")
    let dev = try experiment.batches("dev")
    #expect(dev.map { $0.map(\.id) } == [["3-4-0001"], ["3-4-0000"]])
  }

  @Test func headIsTwoAffineMaps() throws {
    _ = try TestExperiment(PhonemeRecognition.self, host)
    let shapes = host.engine.parameters.mapValues(\.shape)
    #expect(shapes["projector.weight"] == [256, 3])
    #expect(shapes["model.linear.weight"] == [74, 256])
    #expect(shapes.count == 5)
  }

  @Test func anEmptyHypothesisIsOneWrongToken() throws {
    let experiment = try TestExperiment(PhonemeRecognition.self, host)
    // The test host's biases grow with the index, so every frame says ZH.
    let losses = try experiment.run("dev") { _ in [0, 0, 0] }
    let report = try experiment.report("dev")
    // One frame cannot hold the labels: infinite losses count as zero.
    #expect(losses == [0, 0])
    // Five phones and one; one heard in each, always wrong.
    #expect(report.metrics["per"] == 1)
    #expect(report.files["dev-hyp.ark"] == "3-4-0001 ZH\n3-4-0000 ZH\n")
    #expect(
      report.files["dev-ref.ark"]
        == "3-4-0001 HH AH0 L OW1 AH0\n3-4-0000 OW1\n")
    #expect(report.saved == ["dev-best.ckpt"])
    _ = try experiment.run("dev") { _ in [0, 0, 0] }
    #expect(try experiment.report("dev").saved.isEmpty)
  }

  @Test func overlappingWindowsReportAnIdOnceAndWriteNoFile() throws {
    let experiment = try TestExperiment(PhonemeRecognition.self, host)
    _ = try experiment.run("train") { _ in [0, 0, 0] }
    let report = try experiment.report("train")
    #expect(report.predictions.count == 3)
    #expect(report.files.isEmpty)
    #expect(report.saved.isEmpty)
  }

  @Test func aWordWithoutPhonesIsAnErrorThatNamesIt() throws {
    let experiment = try TestExperiment(PhonemeRecognition.self, host)
    #expect {
      _ = try experiment.batches("test")
    } throws: {
      let failure = $0 as? TestExperiment.Failure
      return failure?.status == SUPERB_CORRUPT_DATA
        && failure?.message.contains("'UNHEARD'") == true
        && failure?.message.contains("5-6-0000 (") == true
        && failure?.message.contains("5-6.trans.txt") == true
    }
  }

  @Test func lexiconFilesMayLieAnywhere() throws {
    host.corpora["librispeech_lexicon"] = nil
    host.config["corpus.lexicon"] = .list(1)
    host.config["corpus.lexicon.0"] = .text(
      try folder.write("mine.txt", "OH OW1\nHELLO HH\nA AH0\nZOO Z\n"))
    let experiment = try TestExperiment(PhonemeRecognition.self, host)
    #expect(try experiment.batches("train").count == 3)
  }

  @Test func aHeadIsMadeWithoutAnyCorpus() throws {
    let experiment = try TestExperiment(PhonemeRecognition.self, TestHost())
    #expect {
      _ = try experiment.batches("train")
    } throws: {
      ($0 as? TestExperiment.Failure)?.status == SUPERB_NOT_FOUND
    }
  }
}
