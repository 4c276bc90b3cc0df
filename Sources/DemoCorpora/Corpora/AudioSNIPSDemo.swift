/// Audio SNIPS, as prepared for slot filling.
///
///     {train,valid,test}/<Speaker>-snips-<split>-<n>.wav
///     all.iob.snips.txt   words, the slot of each, and an intent
///     slots.txt           "O" and the slots, the most frequent first
struct AudioSNIPSDemo: DemoCorpus {
  var name: String { "audio_snips" }
  var version: Int { 1 }

  /// A command: words, and the slot of each, "O" for none.
  struct Command: Sendable, Equatable {
    var intent: String
    var words: [(word: String, slot: String)]

    static func == (one: Command, other: Command) -> Bool {
      one.intent == other.intent && one.words.elementsEqual(other.words, by: ==)
    }
  }

  private static let speakers: [(split: String, names: [(String, String)])] = [
    (
      "train",
      [
        ("Ivy", "f1"), ("Joanna", "f2"), ("Joey", "m1"), ("Justin", "m2"),
        ("Kendra", "f3"), ("Kimberly", "f4"), ("Matthew", "m3"),
        ("Salli", "f1"),
      ]
    ),
    (
      "valid",
      [("Aditi", "f2"), ("Amy", "f3"), ("Geraint", "m1"), ("Nicole", "f4")]
    ),
    (
      "test",
      [("Brian", "m2"), ("Emma", "f1"), ("Raveena", "f3"), ("Russell", "m3")]
    ),
  ]

  func plan(seed: UInt64, size: DemoSize) -> CorpusPlan {
    var clips: [Clip] = []
    var lines: [String] = []
    var uses: [String: Int] = [:]
    for (split, names) in Self.speakers {
      for (index, (speaker, variant)) in names.enumerated() {
        var draws = Draws(seed: seed, "\(name)/\(speaker)")
        let voice = Voice(
          accent: "en-us", variant: variant, spread: .mild, &draws)
        let floor = draws.uniform(-62 ... -55)
        for number in 0..<size(split == "train" ? 20 : 8, tiny: 2) {
          let command = Command.draw(&draws)
          // Every voice of the real corpus says every command; here each
          // says its own, so that few recordings hold many commands.
          let id = "\(speaker)-snips-\(split)-\(number * names.count + index)"
          let words = command.words.map(\.word)
          let slots = command.words.map(\.slot)
          for slot in slots { uses[slot, default: 0] += 1 }
          lines.append(
            "\(id) BOS \(words.joined(separator: " ")) EOS\t"
              + "O \(slots.joined(separator: " ")) \(command.intent)\n")
          clips.append(
            Clip(
              path: "\(split)/\(id).wav",
              source: .speech(
                words.joined(separator: " ").lowercased(), voice,
                .drawn(rate: 0.95...1.05, &draws)),
              length: .natural(0.1...0.25, &draws),
              level: draws.uniform(-24 ... -20), floor: floor))
        }
      }
    }
    let slots = Command.slots.sorted {
      (uses[$1, default: 0], $0) < (uses[$0, default: 0], $1)
    }
    let documents = [
      CorpusPlan.Document(path: "all.iob.snips.txt", text: lines.joined()),
      CorpusPlan.Document(
        path: "slots.txt", text: (["O"] + slots).joined(separator: "\n")),
    ]
    return CorpusPlan(clips: clips) { _ in documents }
  }
}

extension AudioSNIPSDemo.Command {
  private static let values = [
    "artist": ["ADELE", "ABBA", "ELVIS", "MADONNA"],
    "playlist": ["PARTY MIX", "SUMMER HITS", "ROAD TRIP", "MORNING RUN"],
    "playlist_owner": ["MY"],
    "city": ["BOSTON", "LONDON", "PARIS", "DENVER"],
    "timeRange": ["TONIGHT", "TOMORROW", "NEXT FRIDAY", "AT NOON"],
  ]

  static let slots = Array(values.keys).sorted()

  /// Words in capitals stand for themselves, the others for a slot.
  private static let templates: [(intent: String, text: String)] = [
    ("AddToPlaylist", "ADD artist TO playlist_owner playlist"),
    ("AddToPlaylist", "ADD A TUNE TO playlist_owner playlist"),
    ("AddToPlaylist", "ADD artist TO playlist"),
    ("PlayMusic", "PLAY artist"),
    ("PlayMusic", "PLAY playlist_owner playlist"),
    ("GetWeather", "WILL IT RAIN IN city timeRange"),
    ("GetWeather", "WHAT IS THE WEATHER IN city"),
    ("BookRestaurant", "BOOK A TABLE IN city timeRange"),
  ]

  static func draw(_ draws: inout Draws) -> Self {
    let template = draws.pick(templates)
    let words = template.text.split(separator: " ").map(String.init).flatMap {
      part -> [(word: String, slot: String)] in
      guard let choices = values[part] else { return [(part, "O")] }
      return draws.pick(choices).split(separator: " ").map {
        (String($0), part)
      }
    }
    return Self(intent: template.intent, words: words)
  }
}
