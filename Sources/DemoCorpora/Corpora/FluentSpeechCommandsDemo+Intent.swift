extension FluentSpeechCommandsDemo {
  /// What a command means, and ways of saying it.
  struct Intent: Sendable {
    var action: String
    var object: String
    var location: String
    var wordings: [String]

    init(
      _ action: String, _ object: String, _ location: String = "none",
      said wordings: String...
    ) {
      self.action = action
      self.object = object
      self.location = location
      self.wordings = wordings
    }

    /// The corpus's 31 intents: 6 actions, 14 objects, 4 locations.
    static let all: [Intent] =
      everywhere + rooms.flatMap(inRoom) + languages.map(changed)
  }
}

extension FluentSpeechCommandsDemo.Intent {
  private static let rooms = ["kitchen", "bedroom", "washroom"]
  private static let languages = ["Chinese", "English", "German", "Korean"]

  private static let everywhere: [Self] = [
    .init("activate", "lights", said: "turn on the lights", "lights on"),
    .init("activate", "lamp", said: "turn on the lamp", "lamp on"),
    .init("activate", "music", said: "play the music", "start the music"),
    .init("deactivate", "lights", said: "turn off the lights", "lights off"),
    .init("deactivate", "lamp", said: "turn off the lamp", "lamp off"),
    .init("deactivate", "music", said: "stop the music", "pause the music"),
    .init("bring", "newspaper", said: "bring me the newspaper", "newspaper"),
    .init("bring", "juice", said: "get me some juice", "bring some juice"),
    .init("bring", "socks", said: "bring me my socks", "get me my socks"),
    .init("bring", "shoes", said: "bring me my shoes", "get me my shoes"),
    .init(
      "change language", "none", said: "change language",
      "switch the language"),
    .init("increase", "heat", said: "turn up the heat", "heat up"),
    .init("decrease", "heat", said: "turn down the heat", "heat down"),
    .init("increase", "volume", said: "turn up the volume", "make it louder"),
    .init(
      "decrease", "volume", said: "turn down the volume", "make it softer"),
  ]

  private static func inRoom(_ room: String) -> [Self] {
    [
      .init(
        "activate", "lights", room, said: "turn on the \(room) lights",
        "turn on the lights in the \(room)"),
      .init(
        "deactivate", "lights", room, said: "turn off the \(room) lights",
        "turn off the lights in the \(room)"),
      .init(
        "increase", "heat", room, said: "turn up the \(room) heat",
        "turn up the heat in the \(room)"),
      .init(
        "decrease", "heat", room, said: "turn down the \(room) heat",
        "turn down the heat in the \(room)"),
    ]
  }

  private static func changed(to language: String) -> Self {
    .init(
      "change language", language, said: "set my language to \(language)",
      "switch to \(language)")
  }
}
