/// How many utterances the published corpora have in each split of a task, as
/// far as a task hears each of them once.
///
/// Sources: the corpora's own lists, and s3prl 0.4.18 on them.
enum PublishedCounts {
  private static let utterances: [String: [String: [Int]]] = [
    // Training and dev are drawn with replacement. Versions 0.01 and 0.02.
    "ks": ["test": [3081, 4890]],
    "ic": ["train": [23_132], "dev": [3118], "test": [3793]],
    "sid": ["train": [138_361], "dev": [6904], "test": [8251]],
    // The recordings of VoxCeleb1-O's trials.
    "asv": ["test": [4708]],
    // The first fold; IEMOCAP has no division of its own.
    "emotion": ["train": [3556], "dev": [890], "test": [1085]],
    "pr": ["train": [28_539], "dev": [2703], "test": [2620]],
    "asr": [
      "train": [28_539], "dev-clean": [2703], "dev-other": [2864],
      "test-clean": [2620], "test-other": [2939],
    ],
    "sf": ["train": [104_672], "dev": [2800], "test": [2800]],
  ]

  /// Of tasks that hear a recording in several pieces.
  private static let files: [String: [String: [Int]]] = [
    "sd": ["train": [13_900], "dev": [3000], "test": [3000]]
  ]

  /// How the split compares; nil if what is published is not known, or if
  /// there is so little that it is another corpus: a demo, or an excerpt.
  static func completeness(
    of split: CorpusCheck.Split, task: String
  ) -> CorpusCheck.Completeness? {
    let (known, count) =
      files[task].map { ($0, split.files) }
      ?? (utterances[task] ?? [:], split.utterances)
    let nearest = known[split.name]?.min {
      abs($0 - count) < abs($1 - count)
    }
    guard let published = nearest, count * 10 > published else { return nil }
    return CorpusCheck.Completeness(
      published: published, missing: published - count)
  }
}

extension CorpusCheck {
  /// How a split compares with the published corpus.
  package struct Completeness: Codable, Sendable, Equatable {
    /// Utterances, or files where a task hears a file in pieces.
    package var published: Int
    /// Negative if there are more.
    package var missing: Int
  }
}
