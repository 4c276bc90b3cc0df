import Foundation
import TaskABI
import TaskKit
import Testing

@Suite struct SpeakerDiarizationTests {
  private let folder: TemporaryFolder
  private let host: TestHost

  /// Frames of 320 samples: a second is 50.
  init() throws {
    folder = try TemporaryFolder()
    host = Self.host(over: folder)
    for split in ["train", "dev", "test"] {
      try write(split, [:])
    }
  }

  /// A host has one expert.
  private static func host(over folder: TemporaryFolder) -> TestHost {
    let host = TestHost(
      config: [
        "datarc.chunk_size": .integer(100), "modelrc.hidden_size": .integer(3),
        "loaderrc.train_batchsize": .integer(2),
      ], corpora: ["libri2mix": folder.path])
    host.engine.computeSequences()
    host.lengths = ["a.wav": 80_000, "b.wav": 31_999]
    return host
  }

  private func write(_ split: String, _ files: [String: String]) throws {
    var all = [
      "wav.scp": "a wav/a.wav\nb /elsewhere/b.wav\n",
      "reco2dur": "a 5.00\nb 2.00\n",
      "segments": "u1 a 0.50 3.00\nu2 a 2.50 4.20\nu3 b 0.00 1.00\n",
      "utt2spk": "u1 zoe\nu2 adam\nu3 zoe\n",
      "rttm": "SPEAKER a 1 0.50 2.50 <NA> <NA> zoe <NA> <NA>\n"
        + "SPEAKER a 1 2.50 1.70 <NA> <NA> adam <NA> <NA>\n"
        + "SPEAKER b 1 0.00 1.00 <NA> <NA> zoe <NA> <NA>\n",
    ]
    all.merge(files) { $1 }
    for (name, text) in all { try folder.write("\(split)/\(name)", text) }
  }

  private func experiment() throws -> TestExperiment {
    try TestExperiment(SpeakerDiarization.self, host)
  }

  @Test func recordingsAreCutIntoChunks() throws {
    let experiment = try experiment()
    let items = try experiment.batches("dev").flatMap { $0 }
    #expect(items.map(\.id) == ["a-0", "a-100", "a-200", "b-0"])
    #expect(items.map(\.start) == [0, 32_000, 64_000, 0])
    // b is a sample shorter than reco2dur says.
    #expect(items.map(\.length) == [32_000, 32_000, 16_000, 31_999])
    #expect(items[0].path == folder.path + "/dev/wav/a.wav")
    #expect(items[3].path == "/elsewhere/b.wav")
    let train = try experiment.batches("train")
    #expect(train.map(\.count) == [2, 2])
    let test = try experiment.batches("test")
    #expect(test.map { $0.map(\.id) } == [["a-0", "a-100", "a-200"], ["b-0"]])
  }

  @Test func theLastChunkCanBeLeftOut() {
    let chunks = Chunk.all(
      of: 250, recording: 0, size: 100, shortest: 5, keepsLast: false)
    #expect(chunks.map(\.frames) == [0..<100, 100..<200])
    #expect(
      Chunk.all(of: 0, recording: 0, size: 9, shortest: 5, keepsLast: true)
        .isEmpty)
  }

  @Test func aRestTooShortToBeHeardBelongsToTheChunkBefore() {
    func frames(_ count: Int) -> [Range<Int>] {
      Chunk.all(
        of: count, recording: 0, size: 100, shortest: 5, keepsLast: true
      ).map(\.frames)
    }
    #expect(frames(204) == [0..<100, 100..<204])
    #expect(frames(205) == [0..<100, 100..<200, 200..<205])
    #expect(frames(200) == [0..<100, 100..<200])
    #expect(frames(3) == [0..<3])
  }

  @Test func aLongRecordingIsTestedInSeveralBatches() throws {
    // Six seconds: three chunks of two.
    host.lengths = ["a.wav": 96_000, "b.wav": 31_999]
    try write("test", ["reco2dur": "a 6.00\nb 2.00\n"])
    host.config["loaderrc.max_batch_seconds"] = .integer(4)
    let test = try experiment().batches("test")
    #expect(
      test.map { $0.map(\.id) } == [["a-0", "a-100"], ["a-200"], ["b-0"]])
  }

  private func marks(
    _ start: Double, _ end: Double, in frames: Range<Int>
  ) -> Range<Int>? {
    let labels = Chunk(recording: 0, frames: frames).labels(
      [.init(speaker: 1, start: start, end: end)], speakers: 2,
      samplesPerSecond: 16_000, shift: 1600)
    let others = stride(from: 0, to: labels.count, by: 2)
    #expect(others.allSatisfy { labels[$0] == 0 })
    let on = frames.filter {
      labels[2 * ($0 - frames.lowerBound) + 1] == 1
    }
    guard let first = on.first, let last = on.last else { return nil }
    return first..<last + 1
  }

  @Test func aSegmentIsMarkedWhereItBeginsOrEnds() {
    let chunk = 100..<200
    #expect(marks(12, 15, in: chunk) == 120..<150)
    #expect(marks(5, 15, in: chunk) == 100..<150)
    #expect(marks(15, 25, in: chunk) == 150..<200)
    #expect(marks(10, 20, in: chunk) == 100..<200)
    #expect(marks(5, 10, in: chunk) == nil)
    #expect(marks(20, 25, in: chunk) == nil)
    // Covering the chunk altogether leaves no mark.
    #expect(marks(5, 25, in: chunk) == nil)
    // Ending where it ends is enough.
    #expect(marks(5, 20, in: chunk) == 100..<200)
    // Half a frame goes to the even one.
    #expect(marks(12.05, 15.15, in: chunk) == 120..<152)
  }

  @Test func speakersAreNumberedByName() throws {
    let directory = try DataDirectory(folder.path + "/dev", speakers: 2)
    #expect(directory.recordings.map(\.name) == ["a", "b"])
    #expect(directory.recordings[0].speakers == ["adam", "zoe"])
    #expect(directory.recordings[0].segments.map(\.speaker) == [1, 0])
    #expect(directory.recordings[1].speakers == ["zoe"])
  }

  @Test func testIsScoredBySweepAndByTheSettingOfDev() throws {
    let experiment = try experiment()
    func frames(_ item: TestExperiment.Utterance) -> [[Float]] {
      (0..<Int(item.length) / 320).map { [Float($0 % 7), 1, -1] }
    }
    _ = try experiment.run("dev", frames: frames)
    let dev = try experiment.report("dev", step: 5)
    #expect(dev.saved == ["best-states-dev.ckpt"])
    #expect(dev.metrics["acc"] != nil && dev.metrics["der"] != nil)
    let losses = try experiment.run("test", frames: frames)
    #expect(losses.count == 2 && losses.allSatisfy { $0 > 0 })
    let test = try experiment.report("test", step: 5)
    let lowest = try #require(test.metrics["der_lowest"])
    let chosen = try #require(test.metrics["der_dev_selected"])
    // Dev and test hold the same here, so both settings do as well.
    #expect(
      lowest > 0 && lowest == chosen && lowest == dev.metrics["der_lowest"])
    #expect(test.saved.isEmpty)
    #expect(test.files["frame_shift"] == "320\n")
    let settings = test.files["test_settings.csv"] ?? ""
    #expect(settings.split(separator: "\n").count == 11)
    let shares = test.files["test_shares.jsonl"] ?? ""
    #expect(shares.split(separator: "\n").count == 4)
    #expect(shares.contains("\"metric\":\"der_dev_selected\""))
    let turns = test.files["test_lowest.rttm"] ?? ""
    #expect(test.files["test_dev_selected.rttm"] == turns)
    if !turns.isEmpty { _ = try RTTM.parse(turns) }
  }

  @Test func theOrderOfTheSpeakersNamesDoesNotChangeTheLoss() throws {
    func losses(_ people: String) throws -> [Float] {
      try write("dev", ["utt2spk": people])
      return try TestExperiment(
        SpeakerDiarization.self, Self.host(over: folder)
      ).run("dev", frames: { _ in [[1, 2, 3], [4, 0, 1]] })
    }
    let one = try losses("u1 zoe\nu2 adam\nu3 zoe\n")
    #expect(one.count == 4)
    #expect(try losses("u1 adam\nu2 zoe\nu3 adam\n") == one)
  }

  @Test func withoutAFileOfTurnsTheSegmentsAreTheReference() throws {
    let directory = try DataDirectory(folder.path + "/dev", speakers: 2)
    try write("train", ["rttm": ""])
    let names: Set = ["a"]
    let fromFile = try directory.reference(of: names)
    #expect(fromFile.map(\.speaker) == ["zoe", "adam"])
    try write("other", [:])
    try FileManager.default.removeItem(atPath: folder.path + "/other/rttm")
    let other = try DataDirectory(folder.path + "/other", speakers: 2)
    let fromSegments = try other.reference(of: names)
    #expect(fromSegments == fromFile)
    #expect(throws: TaskError.self) {
      try DataDirectory(folder.path + "/train", speakers: 2)
        .reference(of: names)
    }
  }

  @Test(arguments: [
    ("wav.scp", "a sph2pipe a.sph |\nb b.wav\n", "command"),
    ("wav.scp", "a\n", "its file"),
    ("wav.scp", "a x.wav\na y.wav\n", "already"),
    ("wav.scp", "a x.wav\n", "'b' is not in wav.scp"),
    ("wav.scp", "a x.wav\nb b.wav\nc c.wav\n", "'c' is not in it"),
    ("reco2dur", "a five\nb 2\n", "not a time"),
    ("reco2dur", "a 5 s\n", "3 fields"),
    ("segments", "u1 a 1.0\n", "3 fields"),
    ("segments", "u1 a 3.0 1.0\n", "before it begins"),
    ("segments", "u9 a 0.0 1.0\n", "not in utt2spk"),
    ("utt2spk", "u1 zoe\nu1 adam\n", "already"),
    ("utt2spk", "u1 a\nu2 b\nu3 c\n", "3 speakers"),
    ("reco2dur", "a 50\nb 2\n", "samples"),
  ])
  func aDirectoryThatCannotBeUsedSaysWhy(
    file: String, text: String, reason: String
  ) throws {
    let crowd = "u1 a 0 1\nu2 a 1 2\nu3 a 2 3\n"
    try write("dev", reason == "3 speakers" ? ["segments": crowd] : [:])
    try folder.write("dev/\(file)", text)
    let experiment = try experiment()
    #expect {
      _ = try experiment.batches("dev")
    } throws: {
      let failure = $0 as? TestExperiment.Failure
      return failure?.status == SUPERB_CORRUPT_DATA
        && failure?.message.contains(reason) == true
    }
  }

  @Test func damagedFilesAreErrorsAndNothingWorse() throws {
    let text = "u1 a 0.50 3.00\nu2 a 2.50 4.20\nu3 b 0.00 1.00\n"
    for damaged in errorsOfDamaged(
      text, seed: 3, rounds: 150,
      parse: {
        try write("dev", ["segments": $0])
        _ = try DataDirectory(folder.path + "/dev", speakers: 2)
      })
    {
      guard let error = damaged.error else { continue }
      #expect(error is TaskError, "\(damaged.text)")
    }
  }
}
