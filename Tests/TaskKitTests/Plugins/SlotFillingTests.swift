import TaskABI
import TaskKit
import Testing

@Suite struct SlotFillingTests {
  private let folder: TemporaryFolder
  private let host: TestHost
  private let vocabulary: SlotVocabulary

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("slots.txt", "O\nartist\nplaylist\ntimeRange")
    try folder.write(
      "all.iob.snips.txt",
      "Ivy-snips-train-0 BOS PLAY ABBA EOS\tO O artist PlayMusic\n"
        + "Ivy-snips-train-1 BOS ADD ABBA TO MIX EOS\t"
        + "O O artist O playlist AddToPlaylist\n"
        + "Brian-snips-train-0 BOS PLAY EOS\tO O PlayMusic\n"
        + "Amy-snips-valid-0 BOS HELLO EOS\tO O Greet\n"
        + "Emma-snips-test-0 BOS PLAY ABBA EOS\tO O singer PlayMusic\n")
    for (path, samples) in [
      ("train/Ivy-snips-train-0.wav", 500), ("train/Ivy-snips-train-1.wav", 9),
      ("train/Ivy-snips-train-2.wav", 9), ("train/Brian-snips-train-0.wav", 9),
      ("valid/Amy-snips-valid-0.wav", 9), ("test/Emma-snips-test-0.wav", 9),
    ] {
      try folder.write(path, "\(samples)")
    }
    host = TestHost(
      config: [
        "model.project_dim": .integer(4), "model.RNNs.dim": .list(1),
        "model.RNNs.dim.0": .integer(5),
      ],
      corpora: ["audio_snips": folder.path])
    host.readsLengthsAsText()
    host.engine.offerSequences()
    vocabulary = try SlotVocabulary(
      slots: TextFile(folder.path + "/slots.txt", fix: ""))
  }

  private func encode(_ words: String, _ labels: String) throws -> [Int] {
    func split(_ text: String) -> [Substring] {
      text.split(separator: " ", omittingEmptySubsequences: false)
    }
    return try vocabulary.encode(words: split(words), labels: split(labels))
  }

  @Test func encodingIsTheProtocols() throws {
    let encoded = try encode(
      "ADD A TUNE TO MY PARTY MIX", "O O O O O playlist playlist")
    #expect(
      encoded == [
        4, 7, 7, 3, 4, 3, 23, 24, 17, 8, 3, 23, 18, 3, 16, 28, 3, 33, 19, 4,
        21, 23, 28, 3, 16, 12, 27, 34, 1,
      ])
    #expect(
      vocabulary.decode(encoded)
        == "ADD A TUNE TO MY B-playlist PARTY MIX E-playlist")
  }

  @Test func thirtyNineSlotsMake109Symbols() throws {
    let slots = (["O"] + (0..<39).map { "s\($0)" }).joined(separator: "\n")
    let vocabulary = try SlotVocabulary(
      slots: TextFile(path: "slots.txt", text: slots))
    #expect(vocabulary.count == 109)
  }

  @Test func punctuationIsNotSpoken() throws {
    #expect(try encode("A ? B", "O O O") == [4, 3, 5, 1])
    // As a substring of the list: ".," is, ",?" is not.
    #expect(try encode("A .,", "O O") == [4, 3])
    #expect(try encode("A ,?", "O O") == [4, 3, 2, 2, 1])
    #expect(try encode("A  B", "O O O") == [4, 3, 5, 1])
    #expect(try encode("A & B", "O O O") == [4, 3, 4, 17, 7, 3, 5, 1])
  }

  @Test func neighboursWithOneSlotShareItsTags() throws {
    #expect(
      try vocabulary.decode(
        encode("A B C", "artist artist playlist"))
        == "B-artist A B E-artist B-playlist C E-playlist")
    #expect(vocabulary.decode([0, 4, 0, 5, 1, 6]) == "AB")
  }

  @Test func trainingIsSortedByLabelsAndKeepsKnownVoices() throws {
    let experiment = try TestExperiment(SlotFilling.self, host)
    let train = try experiment.batches("train")
    // More labels in -1, longer audio in -0; no line for -2.
    #expect(
      train.map { $0.map(\.id) }
        == Array(
          repeating: ["Ivy-snips-train-0", "Ivy-snips-train-1"], count: 2))
    #expect(train[0].map(\.tag) == [1, 0])
    #expect(
      try experiment.batches("dev").map { $0.map(\.id) }
        == [["Amy-snips-valid-0"]])
  }

  @Test func anUnknownSlotIsAnErrorWithItsLine() throws {
    let experiment = try TestExperiment(SlotFilling.self, host)
    #expect {
      _ = try experiment.batches("test")
    } throws: {
      let message = ($0 as? TestExperiment.Failure)?.message ?? ""
      return message.contains("all.iob.snips.txt:5: the slot 'singer'")
    }
  }

  @Test(
    arguments: [
      "Ivy-snips-train-0 BOS PLAY EOS\tO O O x", "Ivy-snips-train-0 BOS PLAY",
      "Ivy-snips-train-0\tO", "Ivy-snips-train-0 BOS\tO x\tO",
    ])
  func aLineThatIsNotAsPromisedIsAnErrorWithItsPlace(line: String) throws {
    try folder.write("all.iob.snips.txt", "\n" + line + "\n")
    let experiment = try TestExperiment(SlotFilling.self, host)
    #expect {
      _ = try experiment.batches("train")
    } throws: {
      let failure = $0 as? TestExperiment.Failure
      return failure?.status == SUPERB_CORRUPT_DATA
        && failure?.message.contains("all.iob.snips.txt:2: ") == true
    }
  }

  @Test func aSplitWithoutItsVoicesSaysWhoIsMissing() throws {
    host.config["corpus.train_speakers"] = .list(1)
    host.config["corpus.train_speakers.0"] = .text("Salli")
    let experiment = try TestExperiment(SlotFilling.self, host)
    #expect {
      _ = try experiment.batches("train")
    } throws: {
      ($0 as? TestExperiment.Failure)?.message.contains("Salli") == true
    }
  }

  @Test func metricsAreThoseOfSlotFilling() throws {
    let experiment = try TestExperiment(SlotFilling.self, host)
    _ = try experiment.run("train") { _ in [0, 0, 0] }
    let report = try experiment.report("train")
    // Every frame says the last symbol, which is an unopened tag.
    #expect(
      report.predictions.map { $0[1] } == [" E-timeRange", " E-timeRange"])
    #expect(report.metrics["slot_type_f1"] == 0)
    #expect(report.metrics["slot_value_cer"] == 1)
    #expect(report.metrics["slot_edit_f1_full"] == 0)
    _ = try experiment.run("dev") { _ in [0, 0, 0] }
    let dev = try experiment.report("dev")
    // Neither side has a slot: types agree, and no value can be wrong.
    #expect(dev.metrics["slot_type_f1"] == 1)
    #expect(dev.metrics["slot_value_cer"] == nil)
    #expect(dev.saved == ["dev-best.ckpt"])
    #expect(dev.files["dev-ref.ark"] == "Amy-snips-valid-0 HELLO\n")
  }
}
