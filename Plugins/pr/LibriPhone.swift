import TaskKit

/// LibriSpeech with its texts as phones, sorted by their number.
final class LibriPhone {
  private struct Split {
    let items: [Item]
    let labels: [[Int]]
  }

  private let context: TaskContext
  private let vocabulary: PhoneVocabulary
  private let source: Corpus
  private let lexiconSource: Corpus
  private let lexiconFiles: [String]
  /// The folders of each split.
  private let folders: [String: [String]]
  private var splits: [String: Split] = [:]
  private var corpus: LibriSpeech?
  private var lexicon: PronunciationLexicon?

  init(_ context: TaskContext, _ vocabulary: PhoneVocabulary) throws {
    self.context = context
    self.vocabulary = vocabulary
    let config = context.config
    source = try context.corpus("librispeech", unless: "corpus.path")
    lexiconSource = try context.corpus(
      "librispeech_lexicon", unless: "corpus.lexicon_path")
    lexiconFiles = try config.strings(
      "corpus.lexicon",
      default: [
        "librispeech-lexicon-200k-g2p.txt",
        "librispeech-lexicon-allothers-g2p.txt",
      ])
    folders = [
      "train": try config.strings(
        "corpus.train", default: ["train-clean-100"]),
      "dev": try config.strings("corpus.dev", default: ["dev-clean"]),
      "test": try config.strings("corpus.test", default: ["test-clean"]),
    ]
  }

  /// Those with most phones first; of equally many, in the order of their
  /// files. An item's tag is its place.
  func items(split: String) throws -> [Item] {
    try read(split).items
  }

  /// The labels of all of a split, each with the end.
  func labels(split: String) throws -> [[Int]] { try read(split).labels }

  /// The labels of rows of a split, with the end.
  func labels(split: String, rows: [Int]) throws -> [[Int]] {
    let labels = try read(split).labels
    return try rows.map { row in
      guard labels.indices.contains(row) else {
        throw TaskError(.internal, "the split '\(split)' has no row \(row)")
      }
      return labels[row]
    }
  }

  private func read(_ split: String) throws -> Split {
    if let known = splits[split] { return known }
    guard let folders = folders[split] else {
      throw TaskError.unknownSplit(split, known: ["train", "dev", "test"])
    }
    let corpus = try self.corpus ?? LibriSpeech(root: source.folder())
    self.corpus = corpus
    let lexicon = try self.lexicon ?? readLexicon()
    self.lexicon = lexicon
    let sorted = try folders.flatMap { try corpus.recordings(split: $0) }
      .map { path in
        let phones = try lexicon.phones(
          of: try corpus.transcript(of: path),
          in: "\(LibriSpeech.id(of: path)) "
            + "(\(corpus.transcriptFile(of: path)))")
        return (path: path, labels: vocabulary.encode(phones))
      }
      .sorted { $0.labels.count > $1.labels.count }
    let new = Split(
      items: sorted.enumerated().map { row, one in
        Item(
          id: LibriSpeech.id(of: one.path), tag: row,
          audio: AudioSource(path: corpus.root[one.path]),
          attributes: ["text": vocabulary.decode(one.labels)])
      }, labels: sorted.map(\.labels))
    splits[split] = new
    return new
  }

  private func readLexicon() throws -> PronunciationLexicon {
    let files = try lexiconFiles.map { name in
      let path =
        name.hasPrefix("/") ? name : try lexiconSource.folder()[name]
      return try TextFile(
        path,
        fix: "Set 'librispeech_lexicon' to the folder of the two lexicon "
          + "files, or name them in downstream_expert.corpus.lexicon.")
    }
    return try PronunciationLexicon(files, vocabulary)
  }
}
