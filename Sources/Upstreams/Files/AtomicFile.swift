import Diagnostics
import Foundation

/// A file that appears whole or not at all: written beside its place, flushed
/// to the disk, then renamed. Given up unless committed.
package final class AtomicFile {
  private let path: String
  private let file: RawFile
  private var position = 0
  private var isCommitted = false

  /// Writes `bytes` to the file at `path`.
  ///
  /// - Throws: `UserError` with the system's reason: disk full, permission.
  package static func write(_ bytes: Data, to path: String) throws {
    let file = try AtomicFile(path)
    try bytes.withUnsafeBytes { try file.append($0) }
    try file.commit()
  }

  init(_ path: String) throws {
    self.path = path
    file = try RawFile(
      "\(path).\(uniqueName()).partial", O_WRONLY | O_CREAT | O_EXCL)
  }

  deinit { if !isCommitted { unlink(file.path) } }

  func append(_ bytes: UnsafeRawBufferPointer) throws {
    try file.write(bytes, at: position)
    position += bytes.count
  }

  /// Puts the file in its place, over an older one.
  func commit() throws {
    try file.synchronize()
    if rename(file.path, path) != 0 {
      throw UserError.system("cannot write the file", path)
    }
    isCommitted = true
  }
}

/// 16 hexadecimal digits that no other writer of this or another process uses.
func uniqueName() -> String {
  let digits = String(UInt64.random(in: .min ... .max), radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
