import Files
import Foundation

/// Corpora of tones in noise, in the layouts of real corpora: every class has
/// a pitch, so that a spectrum tells them apart and nothing else does.
final class ToneCorpus: Sendable {
  /// Made once, for all tests.
  static let shared = Result { try ToneCorpus() }

  let path: String

  static let words = [
    "yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go",
  ]
  static let emotions = ["neu", "hap", "ang", "sad"]

  /// Speakers whom the hash of their names puts into train and into dev.
  private static let speakers =
    [
      "3c6ef362", "daa66d13", "78dde6c4", "17156075", "b54cda26", "538453d7",
      "f1bbcd88", "8ff34739", "cc623a9b", "6a99b44c",
    ] + ["9e3779b1", "2e2ac0ea"]

  private init() throws {
    path = try temporaryFolder("tones")
    removeAtExit(path)
    try makeSpeechCommands()
    try makeIEMOCAP()
    try makeLibriSpeech()
    try makeFluentSpeechCommands()
  }

  private func makeSpeechCommands() throws {
    for (pitch, word) in (Self.words + ["bed"]).enumerated() {
      for speaker in Self.speakers {
        try write("speech_commands/\(word)/\(speaker)_nohash_0.wav", pitch)
      }
    }
    for number in 0..<2 {
      try write(
        "speech_commands/_background_noise_/\(number).wav", nil,
        samples: 24_000)
    }
    for (pitch, word) in (Self.words + ["_unknown_"]).enumerated() {
      for number in 0..<3 {
        try write("speech_commands_test/\(word)/\(number).wav", pitch)
      }
    }
    for number in 0..<3 {
      try write("speech_commands_test/_silence_/\(number).wav", nil)
    }
  }

  private func makeIEMOCAP() throws {
    for session in 1...5 {
      let dialog = "Ses0\(session)F_impro01"
      var lines = ""
      for (pitch, emotion) in Self.emotions.enumerated() {
        for number in 0..<3 {
          let name = "\(dialog)_F\(pitch)0\(number)"
          try write(
            "iemocap/Session\(session)/sentences/wav/\(dialog)/\(name).wav",
            pitch * 3)
          lines += "[0.0 - 1.0]\t\(name)\t\(emotion)\t[2.5, 2.5, 2.5]\n"
        }
      }
      let list =
        "\(path)/iemocap/Session\(session)/dialog/EmoEvaluation/\(dialog).txt"
      try makeFolder(above: list)
      try Data(lines.utf8).write(to: URL(fileURLWithPath: list))
    }
  }

  /// One 16-bit file of one channel at 16 kHz; no pitch is noise alone.
  func write(
    _ name: String, _ pitch: Int?, samples: Int = 4000
  ) throws {
    let frequency = pitch.map { 250 * pow(1.3, Double($0)) }
    // A congruential generator, seeded with the name, is noise enough.
    var state = name.utf8.reduce(UInt64(17)) { ($0 &+ UInt64($1)) &* 1_099_511 }
    var data = Data()
    func append(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
    }
    data.append(contentsOf: "RIFF".utf8)
    append(UInt32(36 + samples * 2))
    data.append(contentsOf: "WAVEfmt ".utf8)
    append(UInt32(16))
    append(UInt16(1))
    append(UInt16(1))
    append(UInt32(16_000))
    append(UInt32(32_000))
    append(UInt16(2))
    append(UInt16(16))
    data.append(contentsOf: "data".utf8)
    append(UInt32(samples * 2))
    for index in 0..<samples {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let noise = Double(state >> 40) / Double(1 << 24) - 0.5
      let angle = 2 * Double.pi * (frequency ?? 0) * Double(index) / 16_000
      append(Int16(6000 * sin(angle) + 1000 * noise))
    }
    let file = path + "/" + name
    try makeFolder(above: file)
    try data.write(to: URL(fileURLWithPath: file))
  }
}

func temporaryFolder(_ name: String) throws -> String {
  let path = NSTemporaryDirectory() + "/superb-\(name)-\(UUID().uuidString)"
  try FileManager.default.createDirectory(
    atPath: path, withIntermediateDirectories: true)
  // As the program will see it: without links and doubled slashes.
  return URL(fileURLWithPath: path).resolvingSymlinksInPath().path
}

func makeFolder(above file: String) throws {
  try FileManager.default.createDirectory(
    atPath: (file as NSString).deletingLastPathComponent,
    withIntermediateDirectories: true)
}
