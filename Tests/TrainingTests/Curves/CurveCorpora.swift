import Foundation
import Speech
import TestSupport

/// The smallest corpora that the heads can be trained on. Labels are those of
/// the program that made the curves; a recording is named after its number of
/// frames, and no corpus has two of one length.
struct CurveCorpora {
  let folder: TemporaryFolder

  static let names = [
    "librispeech", "librispeech_lexicon", "audio_snips", "libri2mix",
    "voxceleb1", "speech_commands", "speech_commands_test",
    "fluent_speech_commands", "iemocap",
  ]

  /// Corpus roots by name.
  var roots: [String: String] {
    Dictionary(
      uniqueKeysWithValues: Self.names.map { ($0, folder.path + "/" + $0) })
  }

  init() throws {
    folder = try TemporaryFolder()
    try makeLibriSpeech()
    try makeAudioSNIPS()
    try makeMixtures()
    try makeVoxCeleb()
    try makeSpeechCommands()
    try makeFluentSpeechCommands()
    try makeIEMOCAP()
  }

  /// A recording of a constant, so that nothing of it passes for silence.
  private func record(_ path: String, frames: Int) throws {
    try folder.write(path, "")
    try AudioFile.write(
      [Float](repeating: 0.25, count: frames * CurveUpstream.samplesPerFrame),
      to: folder.path + "/" + path,
      format: path.hasSuffix(".flac") ? .flac16 : .wav16)
  }

  private func makeLibriSpeech() throws {
    let sentences = [
      24: "THE CAT SAT", 30: "A CAT", 27: "SAT THE CAT", 20: "A CAT SAT",
      18: "THE CAT",
    ]
    var text = ""
    for (frames, sentence) in sentences {
      try record("librispeech/dev-clean/1/1/1-1-\(frames).flac", frames: frames)
      text += "1-1-\(frames) \(sentence)\n"
    }
    try folder.write("librispeech/dev-clean/1/1/1-1.trans.txt", text)
    try folder.write(
      "librispeech_lexicon/librispeech-lexicon-200k-g2p.txt",
      "A AH0\nCAT K AE1 T\nSAT S AE1 T\n")
    try folder.write(
      "librispeech_lexicon/librispeech-lexicon-allothers-g2p.txt",
      "THE DH AH0\n")

    // A phone every 10 ms; the last is missing where frames are odd.
    var (phones, ids) = ("", "")
    for frames in [30, 27, 24, 20] {
      let id = "2-2-\(frames)"
      try record(
        "librispeech/train-clean-100/2/2/\(id).flac", frames: frames)
      let labels = (0..<2 * frames - frames % 2).map {
        "\((frames + 7 * $0 / 3) % 41)"
      }
      phones += "\(id) \(labels.joined(separator: " "))\n"
      ids += "\(id)\n"
    }
    try folder.write("librispeech/converted_aligned_phones.txt", phones)
    try folder.write("librispeech/train_split.txt", "")
    try folder.write("librispeech/test_split.txt", ids)
  }

  private func makeAudioSNIPS() throws {
    let lines = [
      28: "BOS PLAY ABBA EOS\tO O artist PlayMusic",
      25: "BOS ADD IT NOW EOS\tO O track O AddToPlaylist",
      22: "BOS CHER EOS\tO artist PlayMusic",
    ]
    var text = ""
    for (frames, line) in lines {
      let id = "Aditi-snips-valid-\(frames)"
      try record("audio_snips/valid/\(id).wav", frames: frames)
      text += "\(id) \(line)\n"
    }
    try folder.write("audio_snips/all.iob.snips.txt", text)
    try folder.write("audio_snips/slots.txt", "O\nartist\ntrack")
  }

  /// Recordings of at most one chunk, one after another, with a turn of each
  /// of two people.
  private func makeMixtures() throws {
    let turns = [
      (20, 0..<12, 8..<20), (17, 3..<9, 6..<17), (13, 0..<5, 9..<11),
      (9, 0..<9, 2..<4),
    ]
    var (waves, segments, people, durations) = ("", "", "", "")
    for (frames, first, second) in turns {
      let name = "mix\(frames)"
      try record("libri2mix/\(name).wav", frames: frames)
      waves += "\(name) \(folder.path)/libri2mix/\(name).wav\n"
      // A little more than the frames, less than another.
      durations += "\(name) \(Double(frames) * 0.02 + 0.005)\n"
      for (speaker, turn) in [("a", first), ("b", second)] {
        let id = name + speaker
        segments +=
          "\(id) \(name) \(Double(turn.lowerBound) * 0.02) "
          + "\(Double(turn.upperBound) * 0.02)\n"
        people += "\(id) \(id)\n"
      }
    }
    try folder.write("libri2mix/dev/wav.scp", waves)
    try folder.write("libri2mix/dev/segments", segments)
    try folder.write("libri2mix/dev/utt2spk", people)
    try folder.write("libri2mix/dev/reco2dur", durations)
  }

  /// Identification has the tree "all", verification "dev".
  private func makeVoxCeleb() throws {
    for (speaker, frames) in [("a", 24), ("a", 20), ("b", 22), ("b", 18)] {
      try record(
        "voxceleb1/dev/wav/\(speaker)/v/\(frames).wav", frames: frames)
    }
    var list = ""
    for (speaker, frames) in [
      (10_001, 12), (11_251, 15), (10_008, 9), (10_601, 14), (10_001, 11),
    ] {
      let path = "id\(speaker)/v/\(frames).wav"
      try record("voxceleb1/all/wav/\(path)", frames: frames)
      list += "2 \(path)\n"
    }
    try folder.write("voxceleb1/veri_test_class.txt", list)
  }

  private func makeSpeechCommands() throws {
    for (word, frames) in [
      ("_silence_", 12), ("_unknown_", 15), ("go", 9), ("no", 14), ("yes", 11),
    ] {
      try record("speech_commands_test/\(word)/a.wav", frames: frames)
    }
  }

  private func makeFluentSpeechCommands() throws {
    let header = "path,action,object,location\n"
    try folder.write(
      "fluent_speech_commands/data/train_data.csv",
      header + "x.wav,a0,o0,l0\ny.wav,a1,o1,l1\nz.wav,a2,o2,l0\n")
    var rows = header
    for (frames, intent) in [
      (12, "a0,o0,l0"), (15, "a1,o1,l0"), (9, "a0,o1,l1"), (14, "a2,o0,l1"),
      (11, "a1,o2,l0"),
    ] {
      try record("fluent_speech_commands/\(frames).wav", frames: frames)
      rows += "\(frames).wav,\(intent)\n"
    }
    try folder.write("fluent_speech_commands/data/valid_data.csv", rows)
  }

  private func makeIEMOCAP() throws {
    var entries: [String] = []
    for (frames, emotion) in [
      (12, "neu"), (15, "hap"), (9, "ang"), (14, "sad"), (11, "hap"),
    ] {
      try record("iemocap/\(frames).wav", frames: frames)
      entries.append("{\"path\": \"\(frames).wav\", \"label\": \"\(emotion)\"}")
    }
    let list = """
      {"labels": {"neu": 0, "hap": 1, "ang": 2, "sad": 3},
       "meta_data": [\(entries.joined(separator: ", "))]}
      """
    for part in ["train", "test"] {
      try folder.write(
        "iemocap/meta_data/Session1/\(part)_meta_data.json", list)
    }
  }
}
