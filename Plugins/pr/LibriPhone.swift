import TaskKit

/// LibriSpeech with its texts as phones, sorted by their number.
final class LibriPhone {
  private let vocabulary: PhoneVocabulary
  private let source: Corpus
  private let lexiconSource: Corpus
  private let lexiconFiles: [String]
  /// The folders of each split.
  private let folders: [String: [String]]
  private let splits = Splits<TranscribedUtterances>()
  private var corpus: LibriSpeech?
  private var lexicon: PronunciationLexicon?

  init(_ context: TaskContext, _ vocabulary: PhoneVocabulary) throws {
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
  /// files.
  func utterances(split: String) throws -> TranscribedUtterances {
    try splits(split) { try read(folders[split] ?? []) }
  }

  private func read(_ folders: [String]) throws -> TranscribedUtterances {
    let corpus = try self.corpus ?? LibriSpeech(root: source.folder())
    self.corpus = corpus
    let lexicon = try self.lexicon ?? readLexicon()
    self.lexicon = lexicon
    return TranscribedUtterances(
      try folders.flatMap { try corpus.recordings(split: $0) }
        .map { path in
          let phones = try lexicon.phones(
            of: try corpus.transcript(of: path),
            in: "\(LibriSpeech.id(of: path)) "
              + "(\(corpus.transcriptFile(of: path)))")
          let labels = vocabulary.encode(phones)
          return (corpus.item(path, text: vocabulary.decode(labels)), labels)
        }
        .sorted { $0.1.count > $1.1.count })
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
