import Diagnostics
import Foundation

/// A file that lines or records are appended to, whole or not at all.
package final class AppendedFile: Sendable {
  private let file: RawFile

  package init(path: String) throws {
    file = try RawFile(
      path, O_RDWR | O_CREAT | O_APPEND, mode: 0o644,
      failing: "cannot write the file")
  }

  /// - Throws: `UserError` if the disk refuses; the file is then as before.
  package func append(_ text: String) throws {
    try append(Array(text.utf8))
  }

  /// - Throws: `UserError` if the disk refuses; the file is then as before.
  package func append(_ bytes: [UInt8]) throws {
    let before = try file.size()
    do {
      // Wherever that is, O_APPEND sends what is written to the end.
      try bytes.withUnsafeBytes { try file.write($0, at: before) }
    } catch {
      try? file.truncate(to: before)
      throw error
    }
  }

  /// The file's length, and that much of it on the disk unless it may be lost
  /// with the machine's power.
  package func mark(flushed: Bool = true) throws -> Int {
    if flushed { try file.synchronize() }
    return try file.size()
  }

  /// Throws if the file is shorter than it was at `mark`.
  package func check(_ mark: Int) throws {
    if try file.size() >= mark { return }
    throw UserError(
      "the file is shorter than the checkpoint knows it", at: file.path,
      fix: "run again with --fresh")
  }

  /// Cuts off what was appended after `mark`.
  package func rewind(to mark: Int) throws {
    try check(mark)
    try file.truncate(to: mark)
  }
}
