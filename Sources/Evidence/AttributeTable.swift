import Diagnostics
import Foundation

/// What is known of utterances or speakers beside the audio: a table whose
/// first column names them.
///
/// Columns are set apart by tabs, `|` or commas, and the first line names
/// them; so `SPEAKERS.TXT` of LibriSpeech and `vox1_meta.csv` of VoxCeleb can
/// be read as they come. Lines that begin with `;` are remarks, the last of
/// which may be the heading.
package struct AttributeTable: Sendable {
  private var rows: [String: [String: String]] = [:]
  /// In the order of the file, lower case.
  package private(set) var columns: [String] = []

  /// - Throws: `UserError` for a file that cannot be read, and for one
  ///   without a second column.
  package init(path: String) throws {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw UserError("there is no such table", at: path)
    }
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(whereSeparator: \.isNewline).map(String.init)
    let remarks = lines.prefix { $0.hasPrefix(";") }
    let heading =
      remarks.last.map { String($0.drop { $0 == ";" }) } ?? lines.first ?? ""
    guard let mark = ["\t", "|", ","].first(where: { heading.contains($0) })
    else {
      throw UserError(
        "a table of attributes has a heading with two columns at least",
        at: path, fix: "begin with a line like: id,gender,age")
    }
    func cells(_ line: String) -> [String] {
      line.components(separatedBy: mark).map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
      }
    }
    columns = cells(heading).dropFirst().map {
      let name = $0.lowercased()
      return name == "sex" ? "gender" : name
    }
    for line in lines.dropFirst(max(1, remarks.count)) {
      let cells = cells(line)
      rows[cells[0]] = Dictionary(
        zip(columns, cells.dropFirst()), uniquingKeysWith: { first, _ in first }
      )
    }
  }

  /// What the table says of an utterance, or else of its speaker.
  func value(of attribute: String, id: String, speaker: String?) -> String? {
    rows[id]?[attribute] ?? speaker.flatMap { rows[$0]?[attribute] }
  }
}
