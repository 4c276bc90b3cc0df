import Foundation

/// LibriSpeech, with the files that phone recognition and phone
/// classification need.
///
///     {train-clean-100,dev-clean,test-clean}/<speaker>/<chapter>/
///       <speaker>-<chapter>-NNNN.flac
///       <speaker>-<chapter>.trans.txt
///     librispeech-lexicon-200k-g2p.txt, librispeech-lexicon-allothers-g2p.txt
///     converted_aligned_phones.txt    a class every 10 ms of train-clean-100
///     train_split.txt, test_split.txt which of them train and which test
struct LibriSpeechDemo: DemoCorpus {
  var name: String { "librispeech" }
  var version: Int { 1 }

  /// One recording.
  private struct Reading: Sendable {
    var split: String
    var chapter: String
    var id: String
    var words: [Lexicon.Word]
    /// Seconds without speech at either end.
    var lead: Double
    var tail: Double

    var folder: String {
      split + "/" + chapter.replacing("-", with: "/")
    }
    var path: String { "\(folder)/\(id).flac" }
    var text: String { words.map(\.spelling).joined(separator: " ") }
  }

  func plan(seed: UInt64, size: DemoSize) -> CorpusPlan {
    var clips: [Clip] = []
    var readings: [Reading] = []
    var names = Draws(seed: seed, "\(name)/speakers")
    let ids = names.shuffled(Array(19...8975))
    var used = 0
    // Speakers are disjoint between the splits, as in the real corpus.
    for (split, speakers, count) in [
      ("train-clean-100", size(10, tiny: 2), size(15, tiny: 3)),
      ("dev-clean", size(3, tiny: 1), size(10, tiny: 2)),
      ("test-clean", size(3, tiny: 1), size(10, tiny: 2)),
    ] {
      for _ in 0..<speakers {
        var draws = Draws(seed: seed, "\(name)/\(ids[used])")
        let voice = Voice(
          accent: "en-us",
          variant: Self.variants[used % Self.variants.count], spread: .mild,
          &draws)
        let chapter = "\(ids[used])-\(draws.integer(100_000...299_999))"
        used += 1
        let floor = draws.uniform(-62 ... -55)
        for number in 0..<count {
          let reading = Reading(
            split: split, chapter: chapter,
            id: chapter + String(format: "-%04d", number),
            words: Lexicon.sentence(&draws),
            lead: draws.uniform(0.1...0.3), tail: draws.uniform(0.1...0.3))
          readings.append(reading)
          clips.append(Self.clip(of: reading, voice, floor, &draws))
        }
      }
    }
    let documents = Self.transcripts(readings) + Lexicon.documents
    return CorpusPlan(clips: clips) { _ in
      documents
    } soundDocuments: { [readings] read in
      try Self.phoneDocuments(
        readings.filter { $0.split == "train-clean-100" }, seed: seed, read)
    }
  }

  /// Few enough that every voice of the other splits has its like in
  /// training.
  private static let variants = [
    "f1", "m1", "f2", "m2", "f3", "m3", "f4", "m7",
  ]

  private static func clip(
    of reading: Reading, _ voice: Voice, _ floor: Double,
    _ draws: inout Draws
  ) -> Clip {
    Clip(
      path: reading.path,
      source: .speech(
        reading.text.lowercased(), voice, .drawn(rate: 0.95...1.05, &draws)),
      length: .natural(lead: reading.lead, tail: reading.tail),
      level: draws.uniform(-24 ... -20), floor: floor)
  }

  private static func transcripts(
    _ readings: [Reading]
  ) -> [CorpusPlan.Document] {
    Dictionary(grouping: readings) { "\($0.folder)/\($0.chapter).trans.txt" }
      .sorted { $0.key < $1.key }
      .map { path, readings in
        CorpusPlan.Document(
          path: path,
          text: readings.map { "\($0.id) \($0.text)\n" }.joined())
      }
  }

  /// Phones over time, and the two lists: four fifths of the recordings are
  /// for training, the others for testing.
  private static func phoneDocuments(
    _ readings: [Reading], seed: UInt64,
    _ read: (String) throws -> [Float]
  ) throws -> [CorpusPlan.Document] {
    let alignments = try PhoneAligner.align(
      try readings.map { reading in
        try PhoneAligner.Recording(
          samples: read(reading.path),
          phones: reading.words.flatMap(\.phones), lead: reading.lead,
          tail: reading.tail)
      })
    let lines = zip(readings, alignments).map { reading, classes in
      "\(reading.id) " + classes.map(String.init).joined(separator: " ") + "\n"
    }
    var draws = Draws(seed: seed, "librispeech/phone-split")
    let ids = draws.shuffled(readings.map(\.id))
    let parts = [ids.dropLast(ids.count / 5), ids.suffix(ids.count / 5)].map {
      $0.sorted().map { $0 + "\n" }.joined()
    }
    return [
      .init(path: "converted_aligned_phones.txt", text: lines.joined()),
      .init(path: "train_split.txt", text: parts[0]),
      .init(path: "test_split.txt", text: parts[1]),
    ]
  }
}
