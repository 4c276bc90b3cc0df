import Files

/// Speech Commands v0.01: its training tree, or the separate tree of its test
/// set.
///
///     speech_commands/<word>/<speaker>_nohash_<n>.wav
///     speech_commands/_background_noise_/<kind>.wav
///     speech_commands_test/<class>/….wav
struct SpeechCommandsDemo: DemoCorpus {
  enum Part: Sendable { case training, test }

  var part: Part

  static let keywords = [
    "yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go",
  ]
  static let otherWords = [
    "bed", "bird", "cat", "dog", "happy", "house", "marvin", "sheila", "tree",
    "wow",
  ]

  var name: String {
    part == .training ? "speech_commands" : "speech_commands_test"
  }
  var version: Int { 2 }

  func plan(seed: UInt64, size: DemoSize) -> CorpusPlan {
    switch part {
    case .training: trainingTree(seed, size)
    case .test: testTree(seed, size)
    }
  }

  private func trainingTree(_ seed: UInt64, _ size: DemoSize) -> CorpusPlan {
    let speakers =
      Speaker.draw(size(36, tiny: 2), .train, seed)
      + Speaker.draw(size(9, tiny: 1), .valid, seed)
      + Speaker.draw(size(2, tiny: 1), .discarded, seed)
    let words = Self.keywords + Self.otherWords
    var clips = speakers.flatMap { speaker in
      size(words, tiny: words.filter { $0.count < 4 }).flatMap { word in
        // A few words are said twice, as volunteers did.
        (0..<(speaker.saysTwice(word, seed) ? 2 : 1)).map { take in
          speaker.clip(
            of: word, in: word, take: take, seed: seed, corpus: name)
        }
      }
    }
    for noise in Noise.allCases {
      var draws = Draws(seed: seed, "\(name)/\(noise.rawValue)")
      clips.append(
        Clip(
          path: "_background_noise_/\(noise.rawValue).wav",
          source: .noise(
            noise, seconds: size(draws.uniform(12...16), tiny: 1.5)),
          length: .natural(lead: 0, tail: 0), level: draws.uniform(-45 ... -28)
        ))
    }
    return CorpusPlan(clips: clips)
  }

  private func testTree(_ seed: UInt64, _ size: DemoSize) -> CorpusPlan {
    let speakers = Speaker.draw(size(18, tiny: 2), .test, seed)
    var clips: [Clip] = []
    for (index, speaker) in speakers.enumerated() {
      for word in size(Self.keywords, tiny: Array(Self.keywords.prefix(3))) {
        clips.append(
          speaker.clip(of: word, in: word, take: 0, seed: seed, corpus: name))
      }
      let other = Self.otherWords[index % Self.otherWords.count]
      clips.append(
        speaker.clip(
          of: other, in: "_unknown_", take: 0, seed: seed, corpus: name))
      var draws = Draws(seed: seed, "\(name)/silence/\(index)")
      clips.append(
        Clip(
          path: "_silence_/\(index).wav",
          source: .noise(
            Noise.allCases[index % Noise.allCases.count], seconds: 1),
          length: .fixed(seconds: 1, place: 0),
          level: draws.uniform(-45 ... -28)))
    }
    return CorpusPlan(clips: clips)
  }
}

// MARK: - Speakers

extension SpeechCommandsDemo {
  /// Where the hash of a speaker's name puts the speaker's files.
  enum Split: String, Sendable {
    case train, valid, discarded
    /// Not by the hash: a speaker of the test set's own tree.
    case test

    /// The split of a file of the training tree by its speaker's name, which
    /// is the SHA-1 of it, modulo 2²⁷, in hundredths of 2²⁷ − 1: below 10
    /// valid, below 20 discarded.
    init(speaker: String) {
      let digest = MessageDigest(.sha1)
      digest.combine(bytes: speaker.utf8)
      let low =
        digest.finish().reduce(0) { $0 << 8 | UInt32($1) } & 0x7ff_ffff
      let percent = Double(low) * (100 / Double(0x7ff_ffff))
      self = percent < 10 ? .valid : percent < 20 ? .discarded : .train
    }
  }

  struct Speaker: Sendable {
    /// Eight hexadecimal digits.
    var name: String
    var voice: Voice
    var channel: [Band]

    /// So many speakers whose names fall into that split.
    static func draw(
      _ count: Int, _ split: Split, _ seed: UInt64
    ) -> [Speaker] {
      var draws = Draws(seed: seed, "speech_commands/\(split.rawValue)")
      let variants = Voice.femaleVariants + Voice.maleVariants
      var names: Set<String> = []
      return (0..<count).map { _ in
        var name: String
        repeat {
          name = draws.string(8, of: "0123456789abcdef")
        } while split != .test && Split(speaker: name) != split
          || !names.insert(name).inserted
        return Speaker(
          name: name,
          voice: Voice(
            accent: draws.pick(Voice.accents), variant: draws.pick(variants),
            spread: .mild, &draws),
          channel: [.tilt(draws.uniform(-1.5...1.5))])
      }
    }

    func saysTwice(_ word: String, _ seed: UInt64) -> Bool {
      var draws = Draws(seed: seed, "speech_commands/twice/\(name)/\(word)")
      return draws.integer(below: 20) == 0
    }

    func clip(
      of word: String, in folder: String, take: Int, seed: UInt64,
      corpus: String
    ) -> Clip {
      let path = "\(folder)/\(name)_nohash_\(take).wav"
      var draws = Draws(seed: seed, "\(corpus)/plan/\(path)")
      let delivery = Delivery.drawn(pitch: -5...5, rate: 0.9...1.1, &draws)
      // One file in ten is shorter than a second, as in the real corpus.
      let seconds =
        draws.integer(below: 10) == 0 ? draws.uniform(0.75...0.95) : 1
      return Clip(
        path: path,
        source: .speech(word, voice, delivery),
        length: .fixed(seconds: seconds, place: draws.uniform(0.2...0.8)),
        level: draws.uniform(-24 ... -18), channel: channel,
        floor: draws.uniform(-62 ... -52))
    }
  }
}
