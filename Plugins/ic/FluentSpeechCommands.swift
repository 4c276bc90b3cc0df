import TaskKit

/// The Fluent Speech Commands corpus: recordings, and for each an action, an
/// object and a location.
final class FluentSpeechCommands {
  /// One part of an intent and what it may be, numbered as it first appears
  /// in the training data.
  struct Slot {
    let name: String
    var values: [String] = []
    var numbers: [String: Int] = [:]
  }

  private struct Recording {
    let item: Item
    let intent: [Int]
  }

  private(set) var slots = ["action", "object", "location"].map {
    Slot(name: $0)
  }
  private let root: Folder
  private var recordings: [String: [Recording]] = [:]

  private static let tables = [
    "train": "train", "dev": "valid", "test": "test",
  ]

  /// Reads the training table, which says what the intents are.
  init(root: Folder) throws {
    self.root = root
    recordings["train"] = try read(split: "train", numbersValues: true)
  }

  /// In the order of the table; an item's tag is its row there.
  func items(split: String) throws -> [Item] {
    try recordings(split).map(\.item)
  }

  /// The classes of each slot, for rows of a split.
  func intents(split: String, rows: [Int]) throws -> [[Int]] {
    let recordings = try recordings(split)
    return try rows.map { row in
      guard recordings.indices.contains(row) else {
        throw TaskError(.internal, "the split '\(split)' has no row \(row)")
      }
      return recordings[row].intent
    }
  }

  /// "action,object,location".
  func text(_ intent: [Int]) -> String {
    zip(slots, intent).map { slot, value in slot.values[value] }
      .joined(separator: ",")
  }

  private func recordings(_ split: String) throws -> [Recording] {
    if let known = recordings[split] { return known }
    let new = try read(split: split, numbersValues: false)
    recordings[split] = new
    return new
  }

  private func read(split: String, numbersValues: Bool) throws -> [Recording] {
    guard let name = Self.tables[split] else {
      throw TaskError.unknownSplit(split, known: ["train", "dev", "test"])
    }
    let file = root["data/\(name)_data.csv"]
    let table = try CSVTable(
      file,
      fix: "Set 'fluent_speech_commands' to the folder that holds "
        + "data and wavs.")
    let path = try table.column("path")
    let columns = try slots.map { try table.column($0.name) }
    let result = try table.rows.enumerated().map { index, row in
      let intent = try columns.enumerated().map { slot, column in
        try number(
          row.fields[column], slot: slot, adds: numbersValues,
          place: "\(file):\(row.line)")
      }
      let relative = row.fields[path]
      return Recording(
        item: Item(
          id: Self.stem(relative), tag: index,
          audio: AudioSource(path: root[relative])), intent: intent)
    }
    guard !result.isEmpty else {
      throw TaskError(.corruptData, "\(file): a table without rows")
    }
    return result
  }

  private func number(
    _ value: String, slot: Int, adds: Bool, place: String
  ) throws -> Int {
    if let known = slots[slot].numbers[value] { return known }
    guard adds else {
      throw TaskError(
        .corruptData,
        "\(place): the \(slots[slot].name) '\(value)' does not occur in "
          + "train_data.csv, which defines the intents")
    }
    let number = slots[slot].values.count
    slots[slot].values.append(value)
    slots[slot].numbers[value] = number
    return number
  }

  /// "wavs/speakers/s1/a.wav" -> "a".
  private static func stem(_ path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    return String(name.lastIndex(of: ".").map { name[..<$0] } ?? name)
  }
}
