import TaskKit

/// LibriSpeech with its texts as letters, longest recordings first.
final class LibriSpeechTables {
  /// One of the task's splits.
  struct Split {
    let items: [Item]
    /// Each item's length, at 16 kHz.
    let samples: [Int]
    let labels: [[Int]]
  }

  static let splits = [
    "train", "dev-clean", "dev-other", "test-clean", "test-other",
  ]

  private let vocabulary: LetterVocabulary
  private let source: Corpus
  private let lengths: AudioLengths
  /// The folder of the length tables, if the user has them.
  private let tables: String?
  /// The folders of each split.
  private let folders: [String: [String]]
  private var known: [String: Split] = [:]

  init(_ context: TaskContext, _ vocabulary: LetterVocabulary) throws {
    self.vocabulary = vocabulary
    let config = context.config
    source = try context.corpus("librispeech", unless: "datarc.libri_root")
    lengths = AudioLengths(context)
    tables = try config.optionalString("datarc.bucket_file")
    folders = try Dictionary(
      uniqueKeysWithValues: Self.splits.map { split in
        let usual = split == "train" ? "train-clean-100" : split
        return (
          split, try config.strings("datarc.\(split)", default: [usual])
        )
      })
  }

  subscript(split: String) -> Split {
    get throws {
      if let split = known[split] { return split }
      let new = try read(split)
      known[split] = new
      return new
    }
  }

  /// The labels of rows of a split, with the end.
  func labels(split: String, rows: [Int]) throws -> [[Int]] {
    let labels = try self[split].labels
    return try rows.map { row in
      guard labels.indices.contains(row) else {
        throw TaskError(.internal, "the split '\(split)' has no row \(row)")
      }
      return labels[row]
    }
  }

  private func read(_ split: String) throws -> Split {
    guard let folders = folders[split] else {
      throw TaskError.unknownSplit(split, known: Self.splits)
    }
    let corpus = try LibriSpeech(root: source.folder())
    let recordings = try corpus.recordings(
      splits: folders,
      tables: try tables.map {
        try Folder($0, fix: "Correct downstream_expert.datarc.bucket_file.")
      }, lengths: lengths)
    guard !recordings.isEmpty else {
      throw TaskError(
        .corruptData,
        "\(tables ?? corpus.root.path): the length tables of "
          + "\(folders.joined(separator: ", ")) name no recording")
    }
    return Split(
      items: try recordings.enumerated().map { row, one in
        Item(
          id: LibriSpeech.id(of: one.path), tag: row,
          audio: AudioSource(path: corpus.root[one.path]),
          attributes: [
            "text": try corpus.transcript(of: one.path).uppercased()
          ])
      },
      samples: recordings.map(\.samples),
      labels: try recordings.map { one in
        let text = try corpus.transcript(of: one.path)
        do {
          return try vocabulary.encode(text)
        } catch let error as TaskError {
          throw TaskError(
            error.status,
            "\(corpus.transcriptFile(of: one.path)): \(error.message)")
        }
      })
  }
}
