import Foundation
import TaskKit

/// VoxCeleb1 with its split for identification.
final class VoxCeleb1 {
  static let speakerCount = 1251
  /// Speakers are called id10001 … id11251.
  private static let firstSpeaker = 10_001

  private let corpus: Corpus
  private let splitFile: String?
  private let progress: (Double, String) throws -> Void
  private let splits = Splits<[Item]>()

  /// `splitFile` is where `veri_test_class.txt` lies if not in the root.
  init(
    _ corpus: Corpus, splitFile: String?,
    progress: @escaping (Double, String) throws -> Void
  ) {
    self.corpus = corpus
    self.splitFile = splitFile
    self.progress = progress
  }

  /// "id10001" for class 0.
  static func speaker(_ label: Int) -> String {
    "id\(label + firstSpeaker)"
  }

  /// The utterances of a split in the order of the split file; a tag is the
  /// speaker, 0 ..< speakerCount.
  func items(split: String) throws -> [Item] {
    try splits(split) { try read(split) }
  }

  private func read(_ split: String) throws -> [Item] {
    let number = ["train": "1", "dev": "2"][split] ?? "3"
    let root = try corpus.folder()
    let file = try TextFile(
      splitFile ?? root["veri_test_class.txt"],
      fix: "It is VoxCeleb1's list for identification, which its site calls "
        + "iden_split.txt. Put it into the corpus, or set "
        + "downstream_expert.datarc.meta_data to its path.")
    let trees = try root.folders().map { $0["wav"] }
      .filter(FileManager.default.fileExists)
    guard !trees.isEmpty else {
      throw TaskError.notFound(
        "\(root.path): there is neither dev/wav nor test/wav, in which "
          + "VoxCeleb1 has its speakers' folders. Set 'voxceleb1' to the "
          + "folder that holds dev and test.")
    }
    let lines = file.lines
    var items: [Item] = []
    for line in lines {
      if line.number % 1000 == 0 {
        try progress(
          Double(line.number) / Double(lines.count),
          "finding the recordings of '\(split)'")
      }
      let fields = line.text.split(separator: " ")
      guard fields.count == 2 else {
        if fields.isEmpty { continue }
        throw file.error(
          line: line.number,
          "'\(line.text)' is not '<1|2|3> idXXXXX/video/NNNNN.wav'")
      }
      guard fields[0] == number else { continue }
      items.append(
        try Self.item(String(fields[1]), in: trees, file, line.number))
    }
    guard !items.isEmpty else {
      throw TaskError.corruptData(
        "\(file.path): no line begins with '\(number) ', which marks '\(split)'"
      )
    }
    return items
  }

  /// The utterance `path`, in the first tree that has it.
  private static func item(
    _ path: String, in trees: [String], _ file: TextFile, _ line: Int
  ) throws -> Item {
    let parts = path.split(separator: "/")
    guard parts.count == 3, parts[0].hasPrefix("id"),
      let number = Int(parts[0].dropFirst(2)),
      (0..<speakerCount).contains(number - firstSpeaker)
    else {
      throw file.error(
        line: line,
        "'\(path)' does not begin with a speaker from "
          + "\(speaker(0)) to \(speaker(speakerCount - 1))")
    }
    let places = trees.map { $0 + "/" + path }
    guard
      let place = places.first(where: FileManager.default.fileExists)
    else {
      throw TaskError.notFound(
        "\(file.path):\(line): \(path) is in none of: "
          + trees.joined(separator: ", ")
          + ". Complete the corpus, or shorten the list.")
    }
    let stem = parts[2].split(separator: ".").first ?? parts[2]
    return Item(
      id: "\(parts[0])-\(parts[1])-\(stem)", tag: number - firstSpeaker,
      audio: AudioSource(path: place))
  }
}
