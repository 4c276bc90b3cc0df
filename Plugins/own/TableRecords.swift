import Foundation
import TaskKit

/// The lines of a table by the names of its columns, whichever of the two
/// formats it has.
struct TableRecords {
  struct Record {
    let line: Int
    /// Without the columns that are empty in a JSON object.
    let values: [String: String]
  }

  let columns: [String]
  let rows: [Record]

  init(_ file: TextFile) throws {
    let first = file.text.first { !$0.isWhitespace }
    if first == "{" {
      (columns, rows) = try Self.objects(file)
    } else {
      (columns, rows) = try Self.values(file)
    }
  }

  private static func values(
    _ file: TextFile
  ) throws -> ([String], [Record]) {
    let table = try CSVTable(file)
    let columns = table.columns.map(trimmed)
    if let twice = columns.enumerated().first(where: {
      columns[..<$0.offset].contains($0.element)
    }) {
      throw file.error(
        line: 1, "there are two columns '\(twice.element)'")
    }
    return (
      columns,
      table.rows.map { row in
        Record(
          line: row.line,
          values: Dictionary(
            uniqueKeysWithValues: zip(columns, row.fields.map(trimmed))))
      }
    )
  }

  private static func objects(
    _ file: TextFile
  ) throws -> ([String], [Record]) {
    var columns: Set<String> = []
    let rows = try file.lines.compactMap { line -> Record? in
      if line.text.allSatisfy(\.isWhitespace) { return nil }
      let object = try? JSONSerialization.jsonObject(
        with: Data(line.text.utf8))
      guard let object = object as? [String: Any] else {
        throw file.error(
          line: line.number, "expected a JSON object, {\"path\": …, …}")
      }
      var values: [String: String] = [:]
      for (key, value) in object {
        switch value {
        case let text as String: values[key] = trimmed(text)
        case let number as NSNumber: values[key] = "\(number)"
        case is NSNull: continue
        default:
          throw file.error(
            line: line.number, "'\(key)' is neither a text nor a number")
        }
      }
      columns.formUnion(values.keys)
      return Record(line: line.number, values: values)
    }
    return (columns.sorted(), rows)
  }

  private static func trimmed(_ text: String) -> String {
    text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
