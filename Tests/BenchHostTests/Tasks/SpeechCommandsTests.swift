import Foundation
import Testing

/// Version 0.02 of Speech Commands: more words, and lists beside them.
@Suite struct SpeechCommandsTests {
  @Test func secondVersionIsReadAsItIsPublished() throws {
    let folder = try BenchmarkFolder(
      """
      corpora:
        speech_commands: v0.02
        speech_commands_test: v0.02_test
      tasks: [ks]

      """)
    let tones = try ToneCorpus.shared.get().path
    func linkFolder(_ name: String, to target: String) throws {
      for file in try FileManager.default.contentsOfDirectory(
        atPath: tones + "/" + target)
      {
        try folder.link(name + "/" + file, to: "\(tones)/\(target)/\(file)")
      }
    }
    let words = ToneCorpus.words
    for word in words {
      try linkFolder("v0.02/" + word, to: "speech_commands/" + word)
      try linkFolder("v0.02_test/" + word, to: "speech_commands_test/" + word)
    }
    let others = ["backward", "follow", "forward", "learn", "visual"]
    for word in others {
      try linkFolder("v0.02/" + word, to: "speech_commands/bed")
    }
    for name in ["_unknown_", "_silence_"] {
      try linkFolder("v0.02_test/" + name, to: "speech_commands_test/" + name)
    }
    try linkFolder(
      "v0.02/_background_noise_", to: "speech_commands/_background_noise_")
    try folder.write("v0.02/_background_noise_/README.md", "noise\n")
    for name in ["LICENSE", "README.md", "validation_list.txt"] {
      try folder.write("v0.02/" + name, "yes/3c6ef362_nohash_0.wav\n")
    }
    let check = try folder.superb("data", "check")
    #expect(check.exitCode == 0, "\(check.output)\(check.errors)")
    // Ten commands, unknown and silence, three clips each.
    #expect(
      check.output.contains(/test +36 utterances/), "\(check.output)")
    // Whoever is in dev by the hash of the name says fifteen words, and there
    // are two kinds of noise.
    let dev = try #require(
      check.output.firstMatch(of: /dev +(\d+) utterances/)?.1)
    #expect(try #require(Int(dev)) <= 32 && Int(dev) ?? 0 > 10)
  }
}
