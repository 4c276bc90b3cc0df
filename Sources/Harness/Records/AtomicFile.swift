import Diagnostics
import Foundation

/// Files that are there whole or not at all.
public enum AtomicFile {
  /// Writes `bytes` beside `path`, makes them durable, and renames.
  ///
  /// - Throws: ``UserError`` with the system's reason: disk full, permission.
  public static func write(_ bytes: Data, to path: String) throws {
    let unfinished = path + ".\(getpid()).tmp"
    let descriptor = open(
      unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw UserError("cannot write: \(posixReason())", at: path)
    }
    var isFinished = false
    defer { if !isFinished { unlink(unfinished) } }
    do {
      defer { close(descriptor) }
      try bytes.withUnsafeBytes { buffer in
        var offset = 0
        while offset < buffer.count {
          let count = Foundation.write(
            descriptor, buffer.baseAddress?.advanced(by: offset),
            buffer.count - offset)
          if count < 0, errno == EINTR { continue }
          guard count > 0 else {
            throw UserError("cannot write: \(posixReason())", at: path)
          }
          offset += count
        }
      }
      guard fsync(descriptor) == 0 else {
        throw UserError("cannot write: \(posixReason())", at: path)
      }
    }
    guard rename(unfinished, path) == 0 else {
      throw UserError("cannot write: \(posixReason())", at: path)
    }
    isFinished = true
  }
}
