import Diagnostics
import Foundation

/// Locks belong to an open file: other processes see them, and so does any
/// other `RawFile` of the same path. They go with the last owner, also when
/// that one crashes.
extension RawFile {
  /// Takes the whole file, or folder, for this open file alone.
  ///
  /// - Parameter waits: for whoever holds it; otherwise that is false at once.
  /// - Returns: whether it is ours, or nil where the file system has no locks.
  /// - Throws: `UserError` with the system's reason.
  package func lock(waits: Bool) throws -> Bool? {
    while flock(descriptor, waits ? LOCK_EX : LOCK_EX | LOCK_NB) != 0 {
      if errno == EINTR { continue }
      return try refusedLock()
    }
    return true
  }

  /// Tries to become the only owner of byte `offset` of the file, which need
  /// not exist: one file has many such locks. They are not those of
  /// ``lock(waits:)``.
  ///
  /// - Returns: whether the byte is ours, or nil where the file system has
  ///   no locks.
  /// - Throws: `UserError` with the system's reason.
  package func tryLock(byte offset: Int) throws -> Bool? {
    while !setLock(F_WRLCK, offset) {
      if errno == EINTR { continue }
      return try refusedLock()
    }
    return true
  }

  /// Tries to become one of the owners of byte `offset`, of which there may be
  /// many as long as nobody is its only one.
  ///
  /// - Returns: and throws as ``tryLock(byte:)``.
  package func tryShare(byte offset: Int) throws -> Bool? {
    while !setLock(F_RDLCK, offset) {
      if errno == EINTR { continue }
      return try refusedLock()
    }
    return true
  }

  package func unlock(byte offset: Int) {
    _ = setLock(F_UNLCK, offset)
  }

  /// What the failed system call means: false if somebody else has the lock,
  /// nil if there are none.
  private func refusedLock() throws -> Bool? {
    switch errno {
    case EWOULDBLOCK, EACCES: return false
    case ENOLCK, ENOSYS, EOPNOTSUPP, EINVAL: return nil
    default: throw UserError.system("cannot lock the file", path)
    }
  }

  private func setLock(_ kind: Int32, _ offset: Int) -> Bool {
    var lock = Glibc.flock()
    lock.l_type = Int16(kind)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = off_t(offset)
    lock.l_len = 1
    return fcntl(descriptor, RawFile.setOpenFileLock, &lock) == 0
  }

  /// Linux's F_OFD_SETLK, which Glibc's module leaves out.
  private static let setOpenFileLock: Int32 = 37
}
