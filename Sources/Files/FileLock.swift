import Diagnostics
import Foundation

/// An exclusive lock on a file, held until ``unlock()`` or the end of the
/// process, however it ends.
package final class FileLock {
  private var descriptor: Int32

  /// Takes the lock, waiting for whoever holds it.
  package init(path: String) throws {
    descriptor = try Self.openFile(path)
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else {
        throw UserError("cannot lock: \(posixReason())", at: path)
      }
    }
  }

  /// Takes the lock, or throws `busy` if another process has it.
  package init(path: String, orThrow busy: UserError) throws {
    descriptor = try Self.openFile(path)
    // Whoever only looks if it is held has it for a moment.
    for _ in 0..<5 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
      usleep(10_000)
    }
    close(descriptor)
    descriptor = -1
    throw busy
  }

  /// Whether a process holds the lock; false if there is no such file.
  package static func isHeld(path: String) throws -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return false }
      throw UserError("cannot open the lock: \(posixReason())", at: path)
    }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }

  package func unlock() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }

  deinit {
    unlock()
  }

  private static func openFile(_ path: String) throws -> Int32 {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw UserError("cannot open the lock: \(posixReason())", at: path)
    }
    return descriptor
  }
}
