import Speech

/// One audio file of a corpus, as a value: everything that decides its bytes
/// but the seed.
struct Clip: Sendable {
  enum Source: Sendable {
    case speech(Utterance)
    case noise(Noise, seconds: Double)
    /// Several people, each turn heard from its start to its end.
    case conversation([Turn])
  }

  /// What one person says in a conversation.
  struct Turn: Sendable {
    /// Says more than fits: what is too long is cut off.
    var utterance: Utterance
    /// Seconds from the beginning of the conversation.
    var start: Double
    var end: Double
    /// Relative to the others, in dB.
    var level = 0.0
  }

  enum Length: Sendable {
    /// The sound with this many seconds of background before and after it.
    case natural(lead: Double, tail: Double)
    /// Exactly so many seconds; 0 puts the sound at the start, 1 at the end.
    /// What does not fit is cut.
    case fixed(seconds: Double, place: Double)
  }

  /// Relative to the corpus's folder.
  var path: String
  var source: Source
  var length: Length
  /// Root mean square of the sound, in dB below full scale (negative).
  var level: Double
  /// What room and microphone do to the sound.
  var channel: [Band] = []
  /// The recording's background, in dB below full scale (negative), so that
  /// no file holds digital silence.
  var floor: Double = -60

  /// The rate of the file, in Hz.
  var fileRate = Clip.rate

  /// The rate that sounds are made at, and that of most files, in Hz.
  static let rate = 16_000
}

extension Clip.Source {
  static func speech(
    _ text: String, _ voice: Voice, _ delivery: Delivery
  ) -> Self {
    .speech(Utterance(text: text, voice: voice, delivery: delivery))
  }
}

extension Clip.Length {
  /// The sound with a drawn background of `pause` seconds at either end.
  static func natural(
    _ pause: ClosedRange<Double>, _ draws: inout Draws
  ) -> Self {
    .natural(lead: draws.uniform(pause), tail: draws.uniform(pause))
  }
}

extension Clip {
  /// The samples of the file. `draws` are the file's own.
  func render(
    _ synthesizer: Synthesizer, _ draws: inout Draws
  ) throws -> [Float] {
    let rate = Double(Self.rate)
    var sound: [Float]
    switch source {
    case .speech(let utterance):
      sound = try Self.speech(utterance, synthesizer)
    case .noise(let noise, let seconds):
      sound = noise.samples(Int(seconds * rate), rate: rate, &draws)
    case .conversation(let turns):
      sound = try Self.conversation(turns, synthesizer)
    }
    for band in channel { band.apply(to: &sound, rate: rate) }
    Level.scale(&sound, toRMS: Level.amplitude(decibels: level))
    sound = laid(out: sound, rate: rate)

    let floor = Float(Level.amplitude(decibels: floor))
    for i in sound.indices { sound[i] += floor * draws.noise() }
    return fileRate == Self.rate
      ? sound
      : try Resampler.resample(sound, from: Self.rate, to: fileRate)
  }

  /// The utterance without silence at its ends.
  private static func speech(
    _ utterance: Utterance, _ synthesizer: Synthesizer
  ) throws -> [Float] {
    let wave = try synthesizer.speak(utterance)
    let samples = Level.trimmed(wave.samples.map { Float($0) / 32_768 })
    // Played at another rate, a voice has another vocal tract.
    let played = Double(wave.rate) / utterance.voice.tract
    var sound = try Resampler.resample(
      samples, from: Int(played.rounded()), to: rate)
    let colour = utterance.voice.colour + [.tilt(utterance.delivery.tilt)]
    for band in colour { band.apply(to: &sound, rate: Double(rate)) }
    return sound
  }

  /// The turns on top of one another, each with ten milliseconds of rise and
  /// fall.
  private static func conversation(
    _ turns: [Turn], _ synthesizer: Synthesizer
  ) throws -> [Float] {
    func sample(_ seconds: Double) -> Int {
      Int((seconds * Double(rate)).rounded())
    }
    let end = turns.map(\.end).max() ?? 0
    var sound = [Float](repeating: 0, count: sample(end))
    let ramp = sample(0.01)
    for turn in turns {
      var speech = try speech(turn.utterance, synthesizer)
      Level.scale(&speech, toRMS: Level.amplitude(decibels: turn.level))
      let range = sample(turn.start)..<sample(turn.end)
      for (index, place) in zip(speech.indices, range) {
        let edge = min(index + 1, range.upperBound - place, ramp)
        sound[place] += speech[index] * Float(edge) / Float(ramp)
      }
    }
    return sound
  }

  private func laid(out sound: [Float], rate: Double) -> [Float] {
    func silence(_ count: Int) -> [Float] {
      [Float](repeating: 0, count: max(0, count))
    }
    switch length {
    case .natural(let lead, let tail):
      return silence(Int(lead * rate)) + sound + silence(Int(tail * rate))
    case .fixed(let seconds, let place):
      let count = Int(seconds * rate)
      let before = Int(Double(max(0, count - sound.count)) * place)
      let fitting = sound.prefix(count)
      return silence(before) + fitting
        + silence(count - before - fitting.count)
    }
  }
}
