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

  /// The file's length, once that much of it is on the disk.
  package func mark() throws -> Int {
    try file.synchronize()
    return try file.size()
  }

  /// Cuts off what was appended after `mark`.
  package func rewind(to mark: Int) throws {
    guard try file.size() >= mark else {
      throw UserError(
        "the file is shorter than the checkpoint knows it", at: file.path,
        fix: "run again with --fresh")
    }
    try file.truncate(to: mark)
  }
}
