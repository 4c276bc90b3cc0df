/// A place in a text: what an editor jumps to.
public struct Mark: Hashable, Sendable, CustomStringConvertible {
  /// The path as it was given, or the name of the text.
  public var file: String
  /// From 1.
  public var line: Int
  /// From 1, in Unicode scalars.
  public var column: Int

  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// `file:line:column`.
  public var description: String { "\(file):\(line):\(column)" }
}
