import Diagnostics
import Foundation
import Hosting

extension LabelledData {
  /// The kind that was said, or the one that the columns are for.
  ///
  /// - Throws: `UserError` if the table cannot be read or has columns for
  ///   none, or for several.
  package func resolvedKind() throws -> Kind {
    let columns = try columns()
    if let kind {
      guard columns.contains(kind.column) else {
        throw UserError(
          "there is no column '\(kind.column)', which \(kind.rawValue) needs;"
            + " the columns are \(columns.joined(separator: ", "))",
          at: file + ":1")
      }
      return kind
    }
    // A speaker beside a label or a text is an attribute.
    let fit = [Kind.classification, .transcription].filter {
      columns.contains($0.column)
    }
    if fit.count > 1 {
      throw UserError(
        "there are both a column 'label' and a column 'text'", at: file + ":1",
        fix: "say --data-kind classification or transcription")
    }
    if let kind = fit.first { return kind }
    guard columns.contains(Kind.verification.column) else {
      throw UserError(
        "none of the columns is 'label', 'text' or 'speaker'; they are "
          + columns.joined(separator: ", "), at: file + ":1",
        fix: "name one of them so in the first line")
    }
    return .verification
  }

  /// The names in its first line.
  private func columns() throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder),
      !isFolder.boolValue, let handle = FileHandle(forReadingAtPath: file)
    else {
      throw UserError(
        "there is no such file", at: file,
        fix: "--data takes a table: path and label, text or speaker")
    }
    defer { try? handle.close() }
    let start = try handle.read(upToCount: 1 << 16) ?? Data()
    let line = start.split(separator: UInt8(ascii: "\n")).first ?? Data()
    let text = String(decoding: line, as: UTF8.self)
      .trimmingCharacters(in: CharacterSet(charactersIn: "\u{feff}\r \t"))
    guard text.hasPrefix("{") else {
      return text.split(separator: ",").map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: "\" \t"))
      }
    }
    let object = try? JSONSerialization.jsonObject(with: Data(text.utf8))
    guard let keys = (object as? [String: Any])?.keys else {
      throw UserError("this is no JSON object", at: file + ":1")
    }
    return keys.sorted()
  }

  /// The task that goes by `name`: a shipped one, for this table.
  func entry(
    named name: String, in catalog: TaskCatalog
  ) throws -> TaskCatalog.Entry {
    try catalog.entry(named: resolvedKind().task).named(name)
  }
}
