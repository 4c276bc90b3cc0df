import Diagnostics
import Foundation
import Speech
import TestSupport
import Testing

@testable import Preparation

@Suite struct PreparationTests {
  private func sound(
    _ folder: TemporaryFolder, _ name: String, _ samples: [Float],
    _ format: AudioFile.Format = .wav16
  ) throws {
    let path = folder.file(name)
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent,
      withIntermediateDirectories: true)
    try AudioFile.write(samples, to: path, format: format)
  }

  private func text(_ folder: TemporaryFolder, _ name: String) throws -> String
  {
    try String(contentsOfFile: folder.file(name), encoding: .utf8)
  }

  @Test func lengthTableHasTheLongestFirst() throws {
    let folder = try TemporaryFolder()
    for (name, count) in [
      ("1-1-0000", 500), ("1-1-0001", 900), ("1-1-0002", 500),
    ] {
      try sound(
        folder, "dev-clean/1/1/\(name).flac",
        [Float](repeating: 0.1, count: count), .flac16)
    }
    let tables = LengthTables(of: folder.path)
    #expect(try tables.splits() == ["dev-clean"])
    #expect(
      try tables.write("dev-clean", to: folder.file("out")) { _, _ in } == 3)
    #expect(
      try text(folder, "out/dev-clean.csv") == """
        ,file_path,length,label
        0,dev-clean/1/1/1-1-0001.flac,900,
        1,dev-clean/1/1/1-1-0000.flac,500,
        2,dev-clean/1/1/1-1-0002.flac,500,

        """)
  }

  @Test func emotionsAreListedForEverySession() throws {
    let folder = try TemporaryFolder()
    for session in 1...5 {
      let dialog = "Ses0\(session)F_impro01"
      let lines = ["exc", "fru", "sad"].enumerated().map {
        "[0.0 - 1.0]\t\(dialog)_F00\($0.offset)\t\($0.element)\t[2.5]\n"
      }.joined()
      try folder.write(
        "Session\(session)/dialog/EmoEvaluation/\(dialog).txt",
        "% a comment\n\(lines)")
      for number in 0..<2 {
        try sound(
          folder,
          "Session\(session)/sentences/wav/\(dialog)/\(dialog)_F00\(number).wav",
          [0.1, 0.2])
      }
    }
    // The sad one has no recording, and frustration is none of the four.
    #expect(try EmotionLists(of: folder.path).write() == [1, 1, 1, 1, 1])
    let list = try text(folder, "meta_data/Session2/test_meta_data.json")
    #expect(
      list.contains(
        #""path":"Session2/sentences/wav/Ses02F_impro01/Ses02F_impro01_F000.wav""#
      ))
    #expect(list.contains(#""label":"hap""#))
    #expect(list.contains(#""speaker":"Ses02F""#))
    let train = try text(folder, "meta_data/Session2/train_meta_data.json")
    #expect(train.components(separatedBy: "\"path\"").count == 5)
    #expect(!train.contains("Session2"))
  }

  @Test func commandsAreNamedByTheirSpeakers() throws {
    let folder = try TemporaryFolder()
    try sound(folder, "raw/audio_Ivy/snips/snips-train-0.wav", [0.5, 0.25])
    try sound(folder, "raw/audio_Amy/snips/snips-valid-7.wav", [0.5])
    try sound(folder, "raw/audio_Amy/other/other-1.wav", [0.5])
    let commands = SpokenCommands(
      audio: folder.file("raw"), texts: folder.file("texts"))
    #expect(throws: UserError.self) {
      try commands.make(in: folder.file("out")) { _, _ in }
    }
    try folder.write("texts/all.iob.snips.txt", "Ivy-snips-train-0 BOS\n")
    try folder.write("texts/slots.txt", "O\n")
    let splits = try commands.make(in: folder.file("out")) { _, _ in }
    #expect(splits.map(\.recordings) == [1, 1, 0])
    #expect(
      try AudioFile.read(folder.file("out/train/Ivy-snips-train-0.wav"))
        == [0.5, 0.25])
    #expect(
      FileManager.default.fileExists(
        atPath: folder.file("out/valid/Amy-snips-valid-7.wav")))
    #expect(try text(folder, "out/slots.txt") == "O\n")
  }

  @Test func mixturesAreSumsWithTheirTurns() throws {
    let folder = try TemporaryFolder()
    try sound(
      folder, "speech/dev-clean/1/2/1-2-0000.flac", [0.5, 0.5], .flac16)
    try sound(
      folder, "speech/dev-clean/3/4/3-4-0001.flac", [0.25, 0.25, 0.25], .flac16)
    try sound(folder, "noise/cv/n.wav", [0.125, 0.125, 0.125, 0.125])
    try folder.write(
      "metadata/Libri2Mix/libri2mix_dev-clean.csv",
      "mixture_ID,source_1_path,source_1_gain,source_2_path,source_2_gain,"
        + "noise_path,noise_gain\n"
        + "1-2-0000_3-4-0001,dev-clean/1/2/1-2-0000.flac,0.5,"
        + "dev-clean/3/4/3-4-0001.flac,2.0,cv/n.wav,1.0\n")
    try folder.write(
      "metadata/LibriSpeech/dev_clean.rttm",
      """
      SPEAKER 2-0000 1   0.250   8.500 <NA> <NA> 1 <NA> <NA>
      SPEAKER 4-0001 1   0.500   0.250 <NA> <NA> 3 <NA> <NA>

      """)
    func make(_ noise: String?, _ out: String) throws -> [Float] {
      let mixtures = SpeakerMixtures(
        speech: folder.file("speech"), metadata: folder.file("metadata"),
        noise: noise)
      #expect(
        try mixtures.make("dev", from: "dev-clean", in: folder.file(out)) {
          _, _ in
        } == 1)
      return try AudioFile.read(
        folder.file("\(out)/dev/wav/1-2-0000_3-4-0001.wav"))
    }
    #expect(try make(nil, "clean") == [0.75, 0.75, 0.5])
    #expect(try make(folder.file("noise"), "noisy") == [0.875, 0.875, 0.625])
    #expect(
      try text(folder, "clean/dev/wav.scp")
        == "1-2-0000_3-4-0001 wav/1-2-0000_3-4-0001.wav\n")
    #expect(
      try text(folder, "clean/dev/utt2spk") == """
        1-2-0000_3-4-0001_000250_008750 1
        1-2-0000_3-4-0001_000500_000750 3

        """)
    #expect(try text(folder, "clean/dev/reco2dur").hasSuffix(" 0.0001875\n"))
    #expect(try text(folder, "clean/dev/rttm").contains("\t0.5\t0.25\t"))

    try folder.write(
      "metadata/LibriSpeech/dev_clean.rttm",
      "SPEAKER 2-0000 1 0.3 0.2 <NA> <NA> 1 <NA> <NA>\n")
    #expect(throws: UserError.self) { try make(nil, "clean") }
  }

  @Test func noiseGoesOnWithoutAStep() {
    let noise = [Float](repeating: 1, count: 9000)
    let long = NoiseLoop.extended(noise, to: 30_000)
    #expect(long.count == 30_000)
    #expect(long.allSatisfy { abs($0 - 1) < 1e-5 })
    #expect(NoiseLoop.extended([1, 2, 3], to: 2) == [1, 2])
  }
}
