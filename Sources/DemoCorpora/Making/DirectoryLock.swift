import Diagnostics
import Foundation

/// Keeps two processes from making corpora in one directory. The lock is on
/// the directory itself and ends with the process, so nothing is left behind.
struct DirectoryLock {
  private let file: Int32

  /// - Throws: `UserError` if somebody else holds it. File systems without
  ///   locks are let pass.
  init(_ directory: String) throws {
    file = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if file >= 0, flock(file, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      close(file)
      throw UserError(
        "another process is making demo corpora here", at: directory,
        fix: "wait for it to end")
    }
  }

  func release() {
    if file >= 0 { close(file) }
  }
}
