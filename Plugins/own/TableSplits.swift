import TaskKit

/// Which recordings train, which choose and which test: as the table's column
/// `split` says, else by the hash of what must stay together, so that the
/// same recordings are always on the same side.
struct TableSplits {
  static let names = ["train", "dev", "test"]

  private static let spellings = [
    "train": "train", "training": "train", "dev": "dev", "valid": "dev",
    "validation": "dev", "val": "dev", "development": "dev", "test": "test",
    "testing": "test", "eval": "test", "evaluation": "test",
  ]

  private var rows: [String: [RecordingTable.Row]] = [:]
  /// What the user has not said and is so; nil if the table says it all.
  private(set) var remark: String?

  /// - Parameters:
  ///   - label: a column of which each value is wanted in every split.
  ///   - speaker: a column whose recordings stay together, if there is one.
  ///   - fewest: units in dev and in test, at least.
  init(
    _ table: RecordingTable, label: String? = nil, speaker: String? = nil,
    fewest: Int = 1
  ) throws {
    if table.has("split") {
      try take(table)
    } else {
      rows["train"] = table.rows
      try divide(table, ["test", "dev"], label, speaker, fewest)
    }
    if rows["dev", default: []].isEmpty {
      try divide(table, ["dev"], label, speaker, fewest)
    }
    for split in Self.names {
      guard let rows = rows[split], !rows.isEmpty else {
        throw TaskError.corruptData(
          "\(table.path): no recording has the split '\(split)'. Give some to "
            + "it, or leave out the column 'split' to have all divided.")
      }
      var lines: [String: Int] = [:]
      for row in rows {
        if let line = lines.updateValue(row.line, forKey: row.id) {
          throw table.error(
            row,
            "line \(line) has the same recording, '\(row.id)', in the "
              + "split '\(split)'; a column 'id' can tell them apart")
        }
      }
    }
  }

  subscript(split: String) -> [RecordingTable.Row] {
    get throws {
      guard let rows = rows[split] else {
        throw TaskError.unknownSplit(split, known: Self.names)
      }
      return rows
    }
  }

  private mutating func take(_ table: RecordingTable) throws {
    for row in table.rows {
      let text = row.values["split", default: ""].lowercased()
      guard let split = Self.spellings[text] else {
        throw table.error(
          row, "the split '\(text)' is none of train, dev and test")
      }
      rows[split, default: []].append(row)
    }
  }

  /// Takes a tenth of what is in train for each of `splits`.
  private mutating func divide(
    _ table: RecordingTable, _ splits: [String], _ label: String?,
    _ speaker: String?, _ fewest: Int
  ) throws {
    let all = rows["train", default: []]
    let key = speaker.flatMap { table.has($0) ? $0 : nil }
    func unit(_ row: RecordingTable.Row) -> String {
      key.map { row.values[$0, default: ""] } ?? row.id
    }
    // Of each label its own share, or the same of all.
    let groups = Dictionary(grouping: all) { row in
      key == nil ? label.map { row.values[$0, default: ""] } ?? "" : ""
    }
    var chosen: [String: Set<String>] = [:]
    for (_, group) in groups.sorted(by: { $0.key < $1.key }) {
      let units = Set(group.map(unit)).sorted {
        (Digest.sha1($0).hexadecimal, $0) < (Digest.sha1($1).hexadecimal, $1)
      }
      let share = max(fewest, units.count / 10)
      guard units.count > share * splits.count else {
        if groups.count > 1 { continue }
        throw TaskError.corruptData(
          "\(table.path): \(units.count) "
            + "\(key.map { "values of '\($0)'" } ?? "recordings") are too few "
            + "to be divided into train, dev and test; a column 'split' says "
            + "which is which.")
      }
      for (index, split) in splits.enumerated() {
        chosen[split, default: []].formUnion(
          units[index * share..<(index + 1) * share])
      }
    }
    for split in splits {
      rows[split] = all.filter { chosen[split, default: []].contains(unit($0)) }
    }
    rows["train"] = all.filter { row in
      !splits.contains { chosen[$0, default: []].contains(unit(row)) }
    }
    remark =
      "the table does not say which recordings are \(splits.reversed().joined(separator: " and "))"
      + ": taken by the hash of their \(key ?? "ids"), "
      + Self.names.map { "\(rows[$0, default: []].count) \($0)" }
      .joined(separator: ", ")
  }
}
