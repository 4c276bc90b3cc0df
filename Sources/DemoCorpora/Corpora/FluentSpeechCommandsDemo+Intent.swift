extension FluentSpeechCommandsDemo {
  /// What a command means, and ways of saying it.
  struct Intent: Sendable {
    var action: String
    var object: String
    var location: String
    var wordings: [String]

    /// The corpus's 31 intents: 6 actions, 14 objects, 4 locations.
    static let all: [Intent] =
      read(everywhere)
      + ["kitchen", "bedroom", "washroom"].flatMap {
        read(inRoom.replacing("@", with: $0))
      }
      + ["Chinese", "English", "German", "Korean"].flatMap {
        read(language.replacing("@", with: $0))
      }

    /// One intent a line: action, object, location, wordings; @ stands for a
    /// room or a language.
    private static func read(_ table: String) -> [Intent] {
      table.split(separator: "\n").map { line in
        let fields = line.split(separator: "|").map(String.init)
        return Intent(
          action: fields[0], object: fields[1], location: fields[2],
          wordings: Array(fields[3...]))
      }
    }

    private static let everywhere = """
      activate|lights|none|turn on the lights|lights on
      activate|lamp|none|turn on the lamp|lamp on
      activate|music|none|play the music|start the music
      deactivate|lights|none|turn off the lights|lights off
      deactivate|lamp|none|turn off the lamp|lamp off
      deactivate|music|none|stop the music|pause the music
      bring|newspaper|none|bring me the newspaper|newspaper
      bring|juice|none|get me some juice|bring some juice
      bring|socks|none|bring me my socks|get me my socks
      bring|shoes|none|bring me my shoes|get me my shoes
      change language|none|none|change language|switch the language
      increase|heat|none|turn up the heat|heat up
      decrease|heat|none|turn down the heat|heat down
      increase|volume|none|turn up the volume|make it louder
      decrease|volume|none|turn down the volume|make it softer
      """
    private static let inRoom = """
      activate|lights|@|turn on the @ lights|turn on the lights in the @
      deactivate|lights|@|turn off the @ lights|turn off the lights in the @
      increase|heat|@|turn up the @ heat|turn up the heat in the @
      decrease|heat|@|turn down the @ heat|turn down the heat in the @
      """
    private static let language = """
      change language|@|none|set my language to @|switch to @
      """
  }
}
