import Foundation

/// QUESST 2014, the database of spoken queries of MediaEval.
///
///     Audio/quesst14_NNNNN.wav              documents
///     {dev,eval}_queries/quesst14_{dev,eval}_NNNN.wav
///     scoring/language_key_{utterances,dev,eval}.lst
///     scoring/groundtruth_quesst14_{dev,eval}/   which document holds which
struct QUESSTDemo: DemoCorpus {
  var name: String { "quesst2014" }
  var version: Int { 1 }

  /// The folder that the database is packed in, which paths begin with.
  static let root = "quesst14Database"

  /// A language of the database; the benchmark keeps the first.
  enum Language: String, Sendable {
    case english = "nnenglish"
    case romanian
  }

  /// One recording.
  struct Recording: Sendable {
    var id: String
    var path: String
    var language: Language
    var text: String
  }

  func plan(seed: UInt64, size: DemoSize) -> CorpusPlan {
    var draws = Draws(seed: seed, name)
    let cast = (0..<size(10, tiny: 2)).map { index in
      Voice(
        accent: "en-us", variant: Self.variants[index % Self.variants.count],
        spread: .mild, &draws)
    }
    let foreigner = Voice(accent: "ro", variant: "m3", spread: .mild, &draws)
    var clips: [Clip] = []
    var documents: [Recording] = []
    func add(
      _ text: String, _ language: Language, to list: inout [Recording],
      _ set: String?
    ) {
      let voice = language == .english ? draws.pick(cast) : foreigner
      list.append(
        record(
          text, language, voice, number: list.count, set: set, &clips, &draws))
    }
    for text in documentTexts(&draws).prefix(size(.max, tiny: 3)) {
      add(text, .english, to: &documents, nil)
    }
    for text in Self.romanian.prefix(size(.max, tiny: 1)) {
      add(text, .romanian, to: &documents, nil)
    }
    let phrases = draws.shuffled(Self.phrases)
    var searches: [(set: String, queries: [Recording])] = []
    for (index, set) in ["dev", "eval"].enumerated() {
      let wanted = phrases[(index * 12)..<(index * 12 + size(12, tiny: 2))]
      var queries: [Recording] = []
      for phrase in wanted { add(phrase, .english, to: &queries, set) }
      add(Self.romanianWords[index], .romanian, to: &queries, set)
      searches.append((set, queries))
    }
    return CorpusPlan(clips: clips) { [documents, searches] samples in
      [Self.key("utterances", documents)]
        + searches.flatMap { search in
          [Self.key(search.set, search.queries)]
            + Self.truth(search.set, search.queries, documents, samples)
        }
    }
  }

  /// Sentences in which every phrase occurs about equally often.
  private func documentTexts(_ draws: inout Draws) -> [String] {
    (0..<5).flatMap { _ in
      let pairs = zip(
        draws.shuffled(Sentences.objects), draws.shuffled(Sentences.endings))
      return pairs.map { object, ending in
        "\(draws.pick(Self.openings)) \(object) \(ending)"
      }
    }
  }

  private func record(
    _ text: String, _ language: Language, _ voice: Voice, number: Int,
    set: String?, _ clips: inout [Clip], _ draws: inout Draws
  ) -> Recording {
    let id: String
    let path: String
    if let set {
      id = String(format: "quesst14_\(set)_%04d", number + 1)
      path = "\(set)_queries/\(id).wav"
    } else {
      id = String(format: "quesst14_%05d", number + 1)
      path = "Audio/\(id).wav"
    }
    var clip = Clip(
      path: path,
      source: .speech(text, voice, .drawn(rate: 0.92...1.08, &draws)),
      length: .natural(0.05...0.2, &draws),
      level: draws.uniform(-26 ... -20),
      channel: [.tilt(draws.uniform(-1...1))],
      floor: draws.uniform(-62 ... -55))
    // Telephone recordings, as the whole of the real database is.
    if number % 4 == 3 { clip.fileRate = 8_000 }
    clips.append(clip)
    return Recording(id: id, path: path, language: language, text: text)
  }

  /// Plain voices: in the real database, too, the speaker is a nuisance.
  private static let variants = [
    "f1", "f2", "f3", "f4", "m1", "m2", "m3", "m4", "m7", "f5",
  ]
}
