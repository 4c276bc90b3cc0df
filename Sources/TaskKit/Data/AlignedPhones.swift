import Foundation

/// LibriSpeech's train-clean-100 with one of 41 phones for every 10 ms: the
/// corpus `librispeech` and the lists of the phone tasks.
///
/// It reads "datarc": `libri_root`, `phone_path`, `bucket_file`,
/// `bucket_size`, `max_batch_seconds` and `train_dev_seed`.
public final class AlignedPhones {
  /// Classes of phones, silence among them.
  public static let classCount = 41
  private static let labelFile = "converted_aligned_phones.txt"

  private let context: TaskContext
  private let corpus: Corpus
  private let phonePath: String?
  private let bucketFile: String?
  private let bucketSize: Int
  private let limits: BucketPlan.Limits
  private let seed: Int
  private var labels: [[UInt8]] = []
  /// An utterance's place in `labels`.
  private var places: [String: Int] = [:]
  /// From the longest on.
  private var recordings: [LibriSpeech.Recording] = []
  private var parts: [String: [String]] = [:]

  /// Reads the corpus that `context` names.
  public init(_ context: TaskContext) throws {
    self.context = context
    let config = context.config
    corpus = try context.corpus("librispeech", unless: "datarc.libri_root")
    phonePath = try config.optionalString("datarc.phone_path")
    bucketFile = try config.optionalString("datarc.bucket_file")
    bucketSize = try config.integer(
      "datarc.bucket_size", default: 32, atLeast: 1)
    limits = BucketPlan.Limits(
      total: try config.samples(
        ofSeconds: "datarc.max_batch_seconds", default: 600))
    seed = try config.integer(
      "datarc.train_dev_seed", default: 1337, atLeast: 0)
  }

  /// The batches of "train", "dev" or "test", in training shuffled anew for
  /// each epoch.
  public func dataloader(for pass: Pass) throws -> BucketPlan {
    let split = pass.split
    let root = try corpus.folder()
    try read(root)
    guard let ids = parts[split] else {
      throw TaskError.unknownSplit(split, known: ["train", "dev", "test"])
    }
    let wanted = Set(ids)
    var used = recordings.filter {
      wanted.contains(LibriSpeech.id(of: $0.path))
    }
    // s3prl keeps what does not fill a bucket only if the table's last row,
    // where its loop has ended, is of this split.
    let last = recordings.last.map { LibriSpeech.id(of: $0.path) }
    if !wanted.contains(last ?? "") {
      used.removeLast(used.count % bucketSize)
    }
    guard used.count > 1 else {
      throw TaskError.notFound(
        "\(root.path): the split '\(split)' names \(ids.count) utterances, "
          + "and train-clean-100 does not fill a batch of \(bucketSize) with "
          + "them. Complete the corpus, or set "
          + "downstream_expert.datarc.bucket_size.")
    }
    return try BucketPlan(
      try used.map { try item($0, root) }, samples: used.map(\.samples),
      bucketSize: bucketSize, limits: limits,
      random: pass.isTraining
        ? context.random("train-order/\(pass.epoch)") : nil)
  }

  private func item(
    _ recording: LibriSpeech.Recording, _ root: Folder
  ) throws -> Item {
    let id = LibriSpeech.id(of: recording.path)
    guard let place = places[id] else {
      throw TaskError.corruptData(
        "\(root[Self.labelFile]): there is no line for '\(id)', which is in a "
          + "split. Complete the file, or leave the utterance out.")
    }
    return Item(
      id: id, tag: place, audio: AudioSource(path: root[recording.path]))
  }

  /// The phones, one every 10 ms, of the utterances with these tags.
  public func labels(of tags: [Int]) throws -> [[UInt8]] {
    try tags.map { tag in
      guard labels.indices.contains(tag) else {
        throw TaskError.internal("no utterance has the tag \(tag)")
      }
      return labels[tag]
    }
  }

  /// Train and dev as Python's `random` shuffles the lines of the list.
  static func partition(
    _ ids: [String], seed: Int
  ) -> (train: [String], dev: [String]) {
    var ids = ids
    var random = PythonRandom(seed: UInt64(max(seed, 0)))
    random.shuffle(&ids)
    let count = Int(Double(ids.count) * 0.9)
    return (Array(ids[..<count]), Array(ids[count...]))
  }

  private func read(_ root: Folder) throws {
    guard parts.isEmpty else { return }
    let lists = try Folder(
      phonePath ?? root.path,
      fix: "Correct downstream_expert.datarc.phone_path.")
    let fix =
      "It belongs to the aligned phones. Put it into \(root.path), or set "
      + "downstream_expert.datarc.phone_path to the folder that has it."
    try readLabels(try TextFile(lists[Self.labelFile], fix: fix))
    recordings = try LibriSpeech(root: root).recordings(
      splits: ["train-clean-100"],
      tables: try bucketFile.map {
        try Folder($0, fix: "Correct downstream_expert.datarc.bucket_file.")
      }, lengths: AudioLengths(context))
    func ids(_ name: String) throws -> [String] {
      try TextFile(lists[name], fix: fix).lines.map { String($0.text) }
        .filter { !$0.isEmpty }
    }
    let usage = Self.partition(try ids("train_split.txt"), seed: seed)
    parts = [
      "train": usage.train, "dev": usage.dev,
      "test": try ids("test_split.txt"),
    ]
  }

  private func readLabels(_ file: TextFile) throws {
    for line in file.lines {
      let bytes = line.text.utf8
      let end = bytes.firstIndex(of: UInt8(ascii: " ")) ?? bytes.endIndex
      let id = String(line.text[..<end])
      var phones: [UInt8] = []
      var number: Int?
      for byte in bytes[end...] {
        if byte == UInt8(ascii: " ") {
          if let phone = number { phones.append(UInt8(phone)) }
          number = nil
          continue
        }
        let digit = Int(byte) - Int(UInt8(ascii: "0"))
        let next = (number ?? 0) * 10 + digit
        guard (0...9).contains(digit), next < Self.classCount else {
          throw file.error(
            line: line.number,
            "\(id): a phone is a number below \(Self.classCount)")
        }
        number = next
      }
      if let phone = number { phones.append(UInt8(phone)) }
      guard !id.isEmpty, !phones.isEmpty else {
        throw file.error(
          line: line.number, "a line is an utterance and its phones")
      }
      guard places.updateValue(labels.count, forKey: id) == nil else {
        throw file.error(line: line.number, "'\(id)' has a line already")
      }
      labels.append(phones)
    }
  }
}
