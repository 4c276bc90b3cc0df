/// Fluent Speech Commands.
///
///     data/{train,valid,test}_data.csv
///     wavs/speakers/<speakerId>/<uuid>.wav
struct FluentSpeechCommandsDemo: DemoCorpus {
  var name: String { "fluent_speech_commands" }
  var version: Int { 2 }

  /// One line of a table.
  private struct Row: Sendable {
    var path: String
    var speaker: String
    var text: String
    var intent: Intent
  }

  func plan(seed: UInt64, size: DemoSize) -> CorpusPlan {
    var clips: [Clip] = []
    var tables: [(split: String, rows: [Row])] = []
    // Speakers are disjoint between the splits, as in the real corpus.
    for (split, speakers) in [
      ("train", size(18, tiny: 1)), ("valid", size(3, tiny: 1)),
      ("test", size(4, tiny: 1)),
    ] {
      var rows: [Row] = []
      var order = Draws(seed: seed, "\(name)/\(split)")
      let variants = order.shuffled(Self.variants)
      for index in 0..<speakers {
        var draws = Draws(seed: seed, "\(name)/\(split)/\(index)")
        let voice = Voice(
          accent: draws.pick(["en-us", "en-gb"]),
          variant: variants[index % variants.count], spread: .mild, &draws)
        speak(as: voice, &rows, &clips, size, &draws)
      }
      tables.append((split, rows))
    }
    let documents = tables.map { table in
      CorpusPlan.Document(
        path: "data/\(table.split)_data.csv", text: Self.csv(table.rows))
    }
    return CorpusPlan(clips: clips) { _ in documents }
  }

  /// One speaker says every intent once, in one of its wordings.
  private func speak(
    as voice: Voice, _ rows: inout [Row], _ clips: inout [Clip],
    _ size: DemoSize, _ draws: inout Draws
  ) {
    let speaker = draws.string(
      16, of: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
    let channel = [Band.tilt(draws.uniform(-0.5...0.5))]
    let floor = draws.uniform(-62 ... -55)
    let intents = size(Intent.all, tiny: Array(Intent.all.prefix(4)))
    for intent in draws.shuffled(intents) {
      let text = draws.pick(intent.wordings)
      let path = "wavs/speakers/\(speaker)/\(draws.uuid()).wav"
      rows.append(
        Row(path: path, speaker: speaker, text: text, intent: intent))
      clips.append(
        Clip(
          path: path,
          source: .speech(text, voice, .drawn(rate: 0.95...1.1, &draws)),
          length: .natural(0.1...0.3, &draws),
          level: draws.uniform(-24 ... -20), channel: channel, floor: floor))
    }
  }

  /// Few enough that every voice of the test split has its like in training:
  /// a command's mean spectrum is a faint thing beside a voice's.
  private static let variants = [
    "f1", "f2", "f3", "f4", "m1", "m2", "m3", "m4", "m7",
  ]

  /// The table as the corpus has it: its first column is an index without a
  /// name.
  private static func csv(_ rows: [Row]) -> String {
    var text = ",path,speakerId,transcription,action,object,location\n"
    for (index, row) in rows.enumerated() {
      let intent = row.intent
      let fields = [
        String(index), row.path, row.speaker, sentence(row.text),
        intent.action, intent.object, intent.location,
      ]
      text += fields.joined(separator: ",") + "\n"
    }
    return text
  }

  private static func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }
}

extension Draws {
  /// A UUID of version 4, in lower case.
  mutating func uuid() -> String {
    let digits = Array(string(32, of: "0123456789abcdef"))
    let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map {
      String(digits[$0])
    }
    let variant = string(1, of: "89ab")
    return "\(parts[0])-\(parts[1])-4\(parts[2].dropFirst())-"
      + "\(variant)\(parts[3].dropFirst())-\(parts[4])"
  }
}
