import Files
import Foundation

extension ToneCorpus {
  /// Words with their phones.
  private static let lexicon = [
    "YES": "Y EH1 S", "NO": "N OW1", "UP": "AH1 P", "LEFT": "L EH1 F T",
  ]

  /// One word a recording, and the lexicon beside the corpus. What is called
  /// flac is read by its content.
  func makeLibriSpeech() throws {
    let words = Self.lexicon.keys.sorted()
    for (split, count) in [
      ("train-clean-100", 8), ("dev-clean", 4), ("test-clean", 4),
    ] {
      let chapter = "librispeech/\(split)/\(count)/1"
      var lines = ""
      for number in 0..<count {
        let word = number % words.count
        let id = "\(count)-1-000\(number)"
        try write("\(chapter)/\(id).flac", word * 2, samples: 6000)
        lines += "\(id) \(words[word])\n"
      }
      try writeText("\(chapter)/\(count)-1.trans.txt", lines)
    }
    try writeText(
      "lexicon/librispeech-lexicon-200k-g2p.txt",
      words.map { "\($0)\t\(Self.lexicon[$0] ?? "")\n" }.joined())
    try writeText("lexicon/librispeech-lexicon-allothers-g2p.txt", "")
  }

  func makeFluentSpeechCommands() throws {
    let actions = ["activate", "deactivate"]
    for (split, count) in [("train", 8), ("valid", 4), ("test", 4)] {
      var table = ",path,speakerId,transcription,action,object,location\n"
      for number in 0..<count {
        let file = "wavs/speakers/\(split)/\(number).wav"
        try write("fluent_speech_commands/\(file)", number % 2 * 5)
        table +=
          "\(number),\(file),\(split),words,\(actions[number % 2]),"
          + "lights,none\n"
      }
      try writeText("fluent_speech_commands/data/\(split)_data.csv", table)
    }
  }

  private func writeText(_ name: String, _ text: String) throws {
    let file = "\(path)/\(name)"
    try makeFolder(above: file)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
  }
}
