import Foundation
import TaskKit

/// A table of the user's recordings: comma-separated values whose first line
/// names the columns, or a JSON object a line (`.jsonl`, `.json`).
///
/// `path` is needed, relative to the table's own folder or absolute; `start`
/// and `end` are seconds in the file, `split` is train, dev or test, `id`
/// names the recording in every output. Every other column is a task's, or an
/// attribute that results can be grouped by.
struct RecordingTable {
  /// One recording, with what the table says of it.
  struct Row {
    /// Of the table, counted from 1.
    let line: Int
    let id: String
    /// As the table writes it.
    let path: String
    let audio: AudioSource
    let values: [String: String]

    func item(tag: Int) -> Item {
      let attributes = values.filter {
        !["path", "start", "end", "split", "id"].contains($0.key)
      }
      return Item(id: id, tag: tag, audio: audio, attributes: attributes)
    }
  }

  let path: String
  let rows: [Row]
  /// What all rows have.
  private let columns: [String]

  /// Reads the corpus, and says of all rows at once what is wrong in them.
  ///
  /// - Parameter needed: columns that every row must fill.
  init(_ corpus: Corpus, needed: [String]) throws {
    path = try corpus.path()
    let file = try TextFile(
      path,
      fix: "Name the table with --data, or correct 'data' in "
        + "benchmark.yaml.")
    let records = try TableRecords(file)
    columns = records.columns
    for column in ["path"] + needed where !columns.contains(column) {
      throw file.error(
        line: 1,
        "there is no column '\(column)'; the columns are "
          + columns.joined(separator: ", "))
    }
    var problems = TableProblems(file)
    let folder = (path as NSString).deletingLastPathComponent
    var rows: [Row] = []
    for record in records.rows {
      let row = Row(record, in: folder, needed: needed, &problems)
      if let row { rows.append(row) }
    }
    try problems.check()
    guard !rows.isEmpty else {
      throw file.error(line: 1, "a table without recordings")
    }
    self.rows = rows
  }

  func has(_ column: String) -> Bool { columns.contains(column) }

  /// An error about a row.
  func error(_ row: Row, _ message: String) -> TaskError {
    TaskError.corruptData("\(path):\(row.line): \(message)")
  }
}

extension RecordingTable.Row {
  /// Nil if something is wrong in it, which goes to `problems`.
  fileprivate init?(
    _ record: TableRecords.Record, in folder: String, needed: [String],
    _ problems: inout TableProblems
  ) {
    let known = problems.count
    let values = record.values
    for column in ["path"] + needed where values[column, default: ""].isEmpty {
      problems.add(record.line, "the column '\(column)' is empty")
    }
    let place = values["path"] ?? ""
    var whole = (place as NSString).expandingTildeInPath
    if !whole.hasPrefix("/"), !folder.isEmpty { whole = folder + "/" + whole }
    if !place.isEmpty, !FileManager.default.fileExists(atPath: whole) {
      problems.add(record.line, "there is no audio file \(whole)")
    }
    func seconds(_ column: String) -> Int? {
      guard let text = values[column], !text.isEmpty else { return nil }
      guard let seconds = Double(text), seconds >= 0, seconds < 1e7 else {
        problems.add(
          record.line,
          "'\(text)' in the column '\(column)' is no time in "
            + "seconds")
        return nil
      }
      return Int((seconds * 16_000).rounded())
    }
    let (start, end) = (seconds("start"), seconds("end"))
    var audio = AudioSource(path: whole)
    if let end {
      if (start ?? 0) >= end {
        problems.add(record.line, "it ends before it starts")
      } else {
        audio.span = (start ?? 0)..<end
      }
    } else if start != nil {
      problems.add(record.line, "it has a 'start' and no 'end'")
    }
    if problems.count > known { return nil }
    var id = values["id"] ?? ""
    if id.isEmpty {
      id = (place as NSString).deletingPathExtension
      if let span = audio.span {
        // Milliseconds tell the pieces of a recording apart.
        id += "_\(span.lowerBound / 16)-\(span.upperBound / 16)"
      }
    }
    // Files of predictions have an id, a space and the rest.
    id = id.split(whereSeparator: \.isWhitespace).joined(separator: "_")
    self.init(
      line: record.line, id: id, path: place, audio: audio, values: values)
  }
}

/// What is wrong in a table, the first of it by line.
struct TableProblems {
  private let file: TextFile
  private var lines: [String] = []
  private(set) var count = 0
  private static let most = 10

  init(_ file: TextFile) { self.file = file }

  mutating func add(_ line: Int, _ message: String) {
    count += 1
    if lines.count < Self.most {
      lines.append("\(file.path):\(line): \(message)")
    }
  }

  /// Throws all of it.
  func check() throws {
    guard count > 0 else { return }
    let more = count - lines.count
    throw TaskError.corruptData(
      lines.joined(separator: "\n") + (more > 0 ? "\nand \(more) more" : ""))
  }
}
