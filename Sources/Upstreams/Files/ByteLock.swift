import Diagnostics
import Foundation

extension RawFile {
  /// Tries to become the only owner of byte `offset` of the file, which need
  /// not exist. The lock belongs to this open file: other processes see it,
  /// and so does any other `RawFile` of the same path. It goes with the last
  /// owner, also when that one crashes.
  ///
  /// - Returns: whether the byte is ours, or nil where the file system has
  ///   no locks.
  func tryLock(byte offset: Int) throws -> Bool? {
    try setLock(F_WRLCK, offset)
  }

  func unlock(byte offset: Int) {
    _ = try? setLock(F_UNLCK, offset)
  }

  private func setLock(_ kind: Int32, _ offset: Int) throws -> Bool? {
    var lock = flock()
    lock.l_type = Int16(kind)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = off_t(offset)
    lock.l_len = 1
    while fcntl(descriptor, RawFile.setOpenFileLock, &lock) != 0 {
      switch errno {
      case EINTR: continue
      case EAGAIN, EACCES: return false
      case ENOLCK, ENOSYS, EOPNOTSUPP, EINVAL: return nil
      default: throw UserError.system("cannot lock the file", path)
      }
    }
    return true
  }

  /// Linux's F_OFD_SETLK, which Glibc's module leaves out.
  private static let setOpenFileLock: Int32 = 37
}
