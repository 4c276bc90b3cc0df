import Foundation

/// A text file of a corpus, UTF-8, with errors that name the file and line.
public struct TextFile: Sendable {
  /// Where it was read from.
  public let path: String
  /// All of it.
  public let text: String

  /// One line without its end, and its number from 1.
  public struct Line: Sendable {
    /// Counted from 1.
    public let number: Int
    /// Without its end.
    public let text: Substring
  }

  /// A mark of the byte order at the beginning is no part of the text. `fix`
  /// tells the user what to do if there is no such file.
  public init(_ path: String, fix: String) throws {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      guard FileManager.default.fileExists(atPath: path) else {
        throw TaskError.notFound("\(path): no such file. \(fix)")
      }
      throw TaskError(
        .io, "\(path): cannot be read: \(error.localizedDescription)")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw TaskError.corruptData(
        "\(path): not UTF-8 text. Fetch the file again, or convert it.")
    }
    self.init(
      path: path,
      text: text.unicodeScalars.first == "\u{feff}"
        ? String(text.unicodeScalars.dropFirst()) : text)
  }

  /// A text that is already there; `path` is named in errors.
  public init(path: String, text: String) {
    self.path = path
    self.text = text
  }

  /// The lines, ended by LF or CRLF; a last line without an end counts.
  public var lines: [Line] {
    TextLines(text).map { Line(number: $0.number, text: $0.line) }
  }

  /// The parts of a line between runs of spaces and tabs.
  public static func fields(of line: Substring) -> [Substring] { line.fields }

  /// What `parse` makes of the text; what it finds wrong is an error of this
  /// file.
  public func parsed<Value>(
    _ parse: (String) throws(MetricError) -> Value
  ) throws -> Value {
    do { return try parse(text) } catch {
      throw self.error(line: error.line ?? 1, error.what)
    }
  }

  /// An error about one line of this file.
  public func error(line: Int, _ message: String) -> TaskError {
    TaskError.corruptData("\(path):\(line): \(message)")
  }
}
