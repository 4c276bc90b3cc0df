/// A table in comma-separated values (RFC 4180): the first record names the
/// columns, fields may be quoted, records end in CRLF or LF.
public struct CSVTable: Sendable {
  /// Where it was read from.
  public let path: String
  /// The names in its first line.
  public let columns: [String]
  /// The lines below, in their order.
  public let rows: [Row]

  /// One record. Its fields are as many as the columns.
  public struct Row: Sendable {
    /// The line it begins on, from 1.
    public let line: Int
    /// As many as there are columns, without quotes.
    public let fields: [String]
  }

  /// Reads a file; `fix` tells the user what to do if there is none.
  public init(_ path: String, fix: String) throws {
    try self.init(TextFile(path, fix: fix))
  }

  /// Throws where a row has not as many fields as there are columns.
  public init(_ file: TextFile) throws {
    var parser = CSVParser(file)
    guard let header = try parser.record() else {
      throw file.error(line: 1, "an empty file; its first line names columns")
    }
    var rows: [Row] = []
    while let row = try parser.record() {
      guard row.fields.count == header.fields.count else {
        throw file.error(
          line: row.line,
          "\(row.fields.count) fields, where line \(header.line) names "
            + "\(header.fields.count) columns")
      }
      rows.append(row)
    }
    path = file.path
    columns = header.fields
    self.rows = rows
  }

  /// The position of a column in `fields`.
  public func column(_ name: String) throws -> Int {
    guard let index = columns.firstIndex(of: name) else {
      throw TaskError.corruptData(
        "\(path):1: there is no column '\(name)'; the columns are "
          + columns.joined(separator: ", "))
    }
    return index
  }
}

private struct CSVParser {
  private let file: TextFile
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")
  private static let lf = UInt8(ascii: "\n")
  private static let cr = UInt8(ascii: "\r")

  init(_ file: TextFile) {
    self.file = file
    bytes = Array(file.text.utf8)
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
  }

  /// The next record that is not an empty line, nil at the end.
  mutating func record() throws -> CSVTable.Row? {
    while skipLineEnd() {}
    guard position < bytes.count else { return nil }
    let first = line
    var fields: [String] = []
    while true {
      fields.append(try field())
      if position < bytes.count, bytes[position] == Self.comma {
        position += 1
        continue
      }
      guard position == bytes.count || skipLineEnd() else {
        throw file.error(
          line: line, "a closing quote must be followed by a comma or a line")
      }
      return CSVTable.Row(line: first, fields: fields)
    }
  }

  private mutating func skipLineEnd() -> Bool {
    let rest = bytes[position...]
    if rest.first == Self.lf {
      position += 1
    } else if rest.starts(with: [Self.cr, Self.lf]) {
      position += 2
    } else {
      return false
    }
    line += 1
    return true
  }

  private mutating func field() throws -> String {
    guard position < bytes.count, bytes[position] == Self.quote else {
      return bareField()
    }
    let first = line
    position += 1
    var content: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte != Self.quote {
        if byte == Self.lf { line += 1 }
        content.append(byte)
      } else if position < bytes.count, bytes[position] == Self.quote {
        content.append(byte)
        position += 1
      } else {
        return String(decoding: content, as: UTF8.self)
      }
    }
    throw file.error(line: first, "a quote that is never closed")
  }

  private mutating func bareField() -> String {
    let start = position
    while position < bytes.count, bytes[position] != Self.comma,
      bytes[position] != Self.lf
    {
      position += 1
    }
    var end = position
    // A CR before the LF belongs to the line's end, not to the field.
    if position < bytes.count, bytes[position] == Self.lf, end > start,
      bytes[end - 1] == Self.cr
    {
      end -= 1
    }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}
