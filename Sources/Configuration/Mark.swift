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
