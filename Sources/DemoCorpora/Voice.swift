/// A speaker as espeak-ng and a little signal processing can make one.
struct Voice: Sendable, Equatable {
  /// espeak-ng's language, which is the accent.
  var accent: String
  /// espeak-ng's voice variant.
  var variant: String
  /// espeak-ng's pitch, 0 … 99, 50 being the variant's own.
  var pitch: Int
  /// Words per minute.
  var speed: Int
  /// Length of the vocal tract relative to the variant's own: formants and
  /// pitch are divided by it.
  var tract: Double
  /// What is fixed in the speaker's spectrum.
  var colour: [Band]

  static let accents = [
    "en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan",
    "en-gb-x-gbcwmd", "en-029",
  ]
  static let femaleVariants = [
    "f1", "f2", "f3", "f4", "f5", "Annie", "Andrea", "belinda", "linda",
    "steph",
  ]
  static let maleVariants = [
    "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "klatt", "klatt2", "Alex",
    "Andy", "david", "ed", "max", "michael", "norbert", "rob", "travis",
    "victor",
  ]

  /// How far a drawn voice may be from the plain one.
  enum Spread: Sendable {
    /// Natural variety, for tasks in which the speaker is a nuisance.
    case mild
    /// Speakers that can be told apart by their spectra.
    case strong
  }

  /// A voice drawn around one of espeak-ng's.
  init(
    accent: String, variant: String, spread: Spread, _ draws: inout Draws
  ) {
    self.accent = accent
    self.variant = variant
    pitch = draws.integer(36...64)
    speed = draws.integer(150...185)
    switch spread {
    case .mild:
      tract = draws.uniform(0.97...1.03)
      colour = [.tilt(draws.uniform(-1...1))]
    case .strong:
      tract = draws.uniform(0.93...1.07)
      colour = [
        .tilt(draws.uniform(-3...3)),
        .peak(
          draws.uniform(350...900), gain: draws.uniform(-4...4), width: 1.2),
        .peak(
          draws.uniform(1400...3200), gain: draws.uniform(-5...5), width: 1.5),
      ]
    }
  }
}

/// How something is said: what a speaker changes from one utterance to the
/// next.
struct Delivery: Sendable, Equatable {
  /// Added to the voice's pitch, in espeak-ng's points.
  var pitch = 0
  /// Factor on how far the pitch moves.
  var range = 1.0
  /// Factor on the speed.
  var rate = 1.0
  /// Spectral tilt, as ``Band/tilt(_:)``.
  var tilt = 0.0

  static func drawn(
    pitch: ClosedRange<Int> = -4...4, rate: ClosedRange<Double>,
    _ draws: inout Draws
  ) -> Delivery {
    Delivery(pitch: draws.integer(pitch), rate: draws.uniform(rate))
  }
}

/// What is said, by whom and how.
struct Utterance: Sendable, Equatable {
  /// Plain English words; no markup.
  var text: String
  var voice: Voice
  var delivery = Delivery()
}
