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
  /// - Parameter flushed: false for what may be lost with the machine's power.
  /// - Throws: `UserError` with the system's reason: disk full, permission.
  package static func write(
    _ bytes: Data, to path: String, flushed: Bool = true
  ) throws {
    let file = try AtomicFile(path)
    try bytes.withUnsafeBytes { try file.append($0) }
    try file.commit(flushed: flushed)
  }

  /// Puts what is complete at `finished`, a file, a link or a folder, at
  /// `path` in one step, over an older file. Both are on one file system.
  ///
  /// - Throws: `UserError` with the system's reason; `finished` stays then.
  package static func put(_ finished: String, at path: String) throws {
    guard rename(finished, path) == 0 else {
      throw UserError.system("cannot write the file", path)
    }
  }

  package init(_ path: String) throws {
    self.path = path
    file = try RawFile(
      "\(path).\(uniqueName()).partial", O_WRONLY | O_CREAT | O_EXCL)
  }

  deinit { if !isCommitted { unlink(file.path) } }

  package func append(_ bytes: UnsafeRawBufferPointer) throws {
    try file.write(bytes, at: position)
    position += bytes.count
  }

  /// Puts the file in its place, over an older one.
  package func commit(flushed: Bool = true) throws {
    if flushed { try file.synchronize() }
    try AtomicFile.put(file.path, at: path)
    isCommitted = true
  }
}

/// 16 hexadecimal digits that no other writer of this or another process uses.
package func uniqueName() -> String {
  withUnsafeBytes(of: UInt64.random(in: .min ... .max)) { $0.hexadecimal }
}
