import TaskKit

/// Audio SNIPS: commands spoken by several voices, with the slots of their
/// words, sorted by the length of their labels.
final class AudioSNIPS {
  let vocabulary: SlotVocabulary
  private let root: Folder
  /// The folders and the voices of each split.
  private let folders: [String: [String]]
  private let speakers: [String: [String]]
  private let splits = Splits<TranscribedUtterances>()
  private var texts: [Substring: TextFile.Line]?

  private static let fix =
    "Set 'audio_snips' to the folder that holds train, valid, test, "
    + "all.iob.snips.txt and slots.txt."

  /// Reads the list of slots, which says what the symbols are.
  init(_ context: TaskContext) throws {
    let config = context.config
    root = try context.corpus("audio_snips", unless: "corpus.path").folder()
    vocabulary = try SlotVocabulary(
      slots: TextFile(
        try config.string(
          "text.slots_file", default: root["slots.txt"]), fix: Self.fix))
    folders = [
      "train": try config.strings("corpus.train", default: ["train"]),
      "dev": try config.strings("corpus.dev", default: ["valid"]),
      "test": try config.strings("corpus.test", default: ["test"]),
    ]
    speakers = [
      "train": try config.strings(
        "corpus.train_speakers",
        default: [
          "Ivy", "Joanna", "Joey", "Justin", "Kendra", "Kimberly", "Matthew",
          "Salli",
        ]),
      "dev": try config.strings(
        "corpus.valid_speakers",
        default: ["Aditi", "Amy", "Geraint", "Nicole"]),
      "test": try config.strings(
        "corpus.test_speakers",
        default: ["Brian", "Emma", "Raveena", "Russell"]),
    ]
  }

  /// Those with most labels first; of equally many, in the order of their
  /// files.
  func utterances(split: String) throws -> TranscribedUtterances {
    try splits(split) {
      try read(folders[split] ?? [], speakers: speakers[split] ?? [])
    }
  }

  private func read(
    _ folders: [String], speakers: [String]
  ) throws -> TranscribedUtterances {
    let texts = try self.texts ?? readTexts()
    self.texts = texts
    let found = try folders.flatMap { name -> [(item: Item, labels: [Int])] in
      let folder = try Folder(root[name], fix: Self.fix)
      return try folder.files(endingIn: ".wav").compactMap { file in
        let id = file.dropLast(4)
        guard speakers.contains(where: id.hasPrefix), let line = texts[id]
        else { return nil }
        let item = Item(
          id: String(id), tag: 0, audio: AudioSource(path: folder[file]))
        return (item, try encode(line))
      }
    }.sorted { $0.labels.count > $1.labels.count }
    guard !found.isEmpty else {
      throw TaskError.notFound(
        "\(root.path): no wav file of "
          + speakers.joined(separator: ", ") + " in "
          + folders.joined(separator: ", ")
          + " that all.iob.snips.txt has a line for. " + Self.fix)
    }
    return TranscribedUtterances(found)
  }

  /// The lines of the transcripts by their ids.
  private func readTexts() throws -> [Substring: TextFile.Line] {
    let file = try TextFile(root["all.iob.snips.txt"], fix: Self.fix)
    var texts: [Substring: TextFile.Line] = [:]
    for line in file.lines where !line.text.isEmpty {
      let id = line.text.utf8.prefix {
        $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t")
      }
      texts[Substring(id)] = line
    }
    return texts
  }

  /// "id BOS W1 … Wn EOS<TAB>O S1 … Sn intent", without the first and the
  /// last of either half.
  private func encode(_ line: TextFile.Line) throws -> [Int] {
    let place = "\(root["all.iob.snips.txt"]):\(line.number)"
    let halves = line.text.utf8
      .split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
      .map {
        $0.split(
          separator: UInt8(ascii: " "), omittingEmptySubsequences: false
        ).map(Substring.init)
      }
    guard halves.count == 2, halves[0].count >= 3, halves[1].count >= 2 else {
      throw TaskError.corruptData(
        "\(place): not an id, words between BOS and EOS, a tab, and a slot "
          + "for each of them")
    }
    do {
      return try vocabulary.encode(
        words: Array(halves[0].dropFirst(2).dropLast()),
        labels: Array(halves[1].dropFirst().dropLast()))
    } catch let error as TaskError {
      throw TaskError(error.status, "\(place): \(error.message)")
    }
  }
}
