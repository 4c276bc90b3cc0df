/// A place in a text: what an editor jumps to.
package struct Mark: Hashable, Sendable, CustomStringConvertible {
  /// The path as it was given, or the name of the text.
  package var file: String
  /// From 1.
  package var line: Int
  /// From 1, in Unicode scalars.
  package var column: Int

  package init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// `file:line:column`.
  package var description: String { "\(file):\(line):\(column)" }
}

extension Mark: Codable {
  /// Reads what `description` writes.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count > 2, let line = Int(parts[parts.count - 2]),
      let column = Int(parts[parts.count - 1])
    else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(text.shortened)' is no place")
    }
    self.init(
      file: parts.dropLast(2).joined(separator: ":"), line: line,
      column: column)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
