import Diagnostics
import Foundation

/// An exclusive lock on a file or a folder, held until ``unlock()`` or the
/// end of the process, however it ends. A file system without locks lets
/// everybody pass.
package final class FileLock {
  private var file: RawFile?

  /// Takes the lock, waiting for whoever holds it.
  ///
  /// - Parameter path: of a folder, or of a file that is made if need be.
  /// - Throws: `UserError` with the system's reason.
  package init(path: String) throws {
    let file = try Self.open(path)
    _ = try file.lock(waits: true)
    self.file = file
  }

  /// Takes the lock, or throws `busy` if another process has it.
  package init(path: String, orThrow busy: UserError) throws {
    let file = try Self.open(path)
    // Whoever only looks if it is held has it for a moment.
    for _ in 0..<5 {
      if try file.lock(waits: false) != false {
        self.file = file
        return
      }
      usleep(10_000)
    }
    throw busy
  }

  /// Whether a process holds the lock; false if there is no such file.
  ///
  /// - Throws: `UserError` if that cannot be told.
  package static func isHeld(path: String) throws -> Bool {
    guard access(path, F_OK) == 0 else { return false }
    return try RawFile(path, O_RDONLY).lock(waits: false) == false
  }

  package func unlock() {
    file = nil
  }

  private static func open(_ path: String) throws -> RawFile {
    // Those who share a folder may share its locks, by their umask.
    try RawFile(
      path, isFolder(path) ? O_RDONLY | O_DIRECTORY : O_RDWR | O_CREAT)
  }
}
