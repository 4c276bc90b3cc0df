import TaskKit

/// LibriSpeech with its texts as letters, longest recordings first.
final class LibriSpeechTables {
  /// One of the task's splits.
  struct Split {
    let utterances: TranscribedUtterances
    /// Each item's length, at 16 kHz.
    let samples: [Int]
  }

  private static let names = [
    "train", "dev-clean", "dev-other", "test-clean", "test-other",
  ]

  private let vocabulary: LetterVocabulary
  private let source: Corpus
  private let lengths: AudioLengths
  /// The folder of the length tables, if the user has them.
  private let tables: String?
  /// The folders of each split.
  private let folders: [String: [String]]
  private let splits = Splits<Split>(names)

  init(_ context: TaskContext, _ vocabulary: LetterVocabulary) throws {
    self.vocabulary = vocabulary
    let config = context.config
    source = try context.corpus("librispeech", unless: "datarc.libri_root")
    lengths = AudioLengths(context)
    tables = try config.optionalString("datarc.bucket_file")
    folders = try Dictionary(
      uniqueKeysWithValues: Self.names.map { split in
        let usual = split == "train" ? "train-clean-100" : split
        return (
          split, try config.strings("datarc.\(split)", default: [usual])
        )
      })
  }

  subscript(split: String) -> Split {
    get throws { try splits(split) { try read(folders[split] ?? []) } }
  }

  private func read(_ folders: [String]) throws -> Split {
    let corpus = try LibriSpeech(root: source.folder())
    let recordings = try corpus.recordings(
      splits: folders,
      tables: try tables.map {
        try Folder($0, fix: "Correct downstream_expert.datarc.bucket_file.")
      }, lengths: lengths)
    guard !recordings.isEmpty else {
      throw TaskError.corruptData(
        "\(tables ?? corpus.root.path): the length tables of "
          + "\(folders.joined(separator: ", ")) name no recording")
    }
    return Split(
      utterances: TranscribedUtterances(
        try recordings.map { one in
          let text = try corpus.transcript(of: one.path)
          return (
            corpus.item(one.path, text: text.uppercased()),
            try labels(text, of: one.path, corpus)
          )
        }), samples: recordings.map(\.samples))
  }

  private func labels(
    _ text: String, of path: String, _ corpus: LibriSpeech
  ) throws -> [Int] {
    do {
      return try vocabulary.encode(text)
    } catch let error as TaskError {
      throw TaskError(
        error.status, "\(corpus.transcriptFile(of: path)): \(error.message)")
    }
  }
}
