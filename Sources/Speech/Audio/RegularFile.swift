import Diagnostics
import Foundation

/// A file that is open for reading, and reads of a few bytes anywhere in it
/// that do not move its position.
final class RegularFile {
  let path: String
  let descriptor: CInt
  /// Its length in bytes, never 0.
  let count: UInt64

  /// Fails, naming the reason, unless `path` is a readable file with bytes.
  init(_ path: String) throws {
    self.path = path
    // Non-blocking: opening a pipe that nobody writes to would hang.
    descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      let reason =
        errno == ENOENT ? "no such file" : String(cString: strerror(errno))
      throw UserError("cannot be opened: \(reason)", at: path)
    }
    var status = stat()
    let isKnown = fstat(descriptor, &status) == 0
    count = isKnown ? UInt64(max(status.st_size, 0)) : 0
    switch status.st_mode & S_IFMT {
    case _ where !isKnown: throw UserError("cannot be read", at: path)
    case S_IFREG: break
    case S_IFDIR: throw UserError("is a directory, not a file", at: path)
    default: throw UserError("is not a regular file", at: path)
    }
    if count == 0 { throw UserError("is empty", at: path) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Four bytes as characters; nil beyond the end.
  func tag(at offset: UInt64) -> String? {
    bytes(at: offset).map { String(decoding: $0, as: Unicode.ASCII.self) }
  }

  /// Four bytes as an unsigned integer; nil beyond the end.
  func integer(at offset: UInt64, bigEndian: Bool) -> UInt64? {
    bytes(at: offset).map { bytes in
      let ordered = bigEndian ? bytes : bytes.reversed()
      return ordered.reduce(0) { $0 << 8 | UInt64($1) }
    }
  }

  /// Eight bytes as an unsigned integer; nil beyond the end.
  func integer64(at offset: UInt64, bigEndian: Bool) -> UInt64? {
    guard let first = integer(at: offset, bigEndian: bigEndian),
      let second = integer(at: offset + 4, bigEndian: bigEndian)
    else { return nil }
    return bigEndian ? first << 32 | second : second << 32 | first
  }

  /// `count` bytes; nil beyond the end.
  func bytes(at offset: UInt64, count: Int = 4) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    guard offset <= self.count,
      pread(descriptor, &bytes, count, off_t(offset)) == count
    else { return nil }
    return bytes
  }
}
