import TaskKit

/// The Fluent Speech Commands corpus: recordings, and for each an action, an
/// object and a location.
final class FluentSpeechCommands {
  private static let parts = ["action", "object", "location"]
  private static let tables = [
    "train": "train", "dev": "valid", "test": "test",
  ]

  /// What each part of an intent may be, numbered as it first appears in the
  /// training data.
  let intents: LabelSlots
  private let root: Folder
  private let splits = Splits<[Item]>()

  /// Reads the training table, which says what the intents are.
  init(root: Folder) throws {
    self.root = root
    let table = try Self.table("train", root)
    intents = LabelSlots(
      try Self.parts.map { part in
        let column = try table.column(part)
        var seen: Set<String> = []
        return table.rows.map { $0.fields[column] }
          .filter { seen.insert($0).inserted }
      })
    _ = try splits("train") { try items(of: table) }
  }

  /// In the order of the table; an item's tag is its intent.
  func items(split: String) throws -> [Item] {
    try splits(split) { try items(of: Self.table(split, root)) }
  }

  private static func table(_ split: String, _ root: Folder) throws -> CSVTable
  {
    try CSVTable(
      root["data/\(tables[split] ?? split)_data.csv"],
      fix: "Set 'fluent_speech_commands' to the folder that holds "
        + "data and wavs.")
  }

  private func items(of table: CSVTable) throws -> [Item] {
    let path = try table.column("path")
    let columns = try Self.parts.map(table.column)
    guard !table.rows.isEmpty else {
      throw TaskError.corruptData("\(table.path): a table without rows")
    }
    return try table.rows.map { row in
      let labels = try columns.enumerated().map { part, column in
        let value = row.fields[column]
        guard let number = intents.values[part].firstIndex(of: value) else {
          throw TaskError.corruptData(
            "\(table.path):\(row.line): the \(Self.parts[part]) '\(value)' "
              + "does not occur in train_data.csv, which defines the intents")
        }
        return number
      }
      return Item(
        id: Folder.stem(of: row.fields[path]), tag: intents.tag(of: labels),
        audio: AudioSource(path: root[row.fields[path]]))
    }
  }
}
