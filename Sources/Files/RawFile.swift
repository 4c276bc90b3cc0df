import CProcess
import Diagnostics
import Foundation

/// A file descriptor that is closed with its last owner. Every failure is a
/// `UserError` that names the file.
package final class RawFile: Sendable {
  package let path: String
  package let descriptor: Int32

  /// - Parameter what: what has failed if it cannot be opened.
  package init(
    _ path: String, _ flags: Int32, mode: mode_t = 0o666,
    failing what: String = "cannot open the file"
  ) throws {
    self.path = path
    // Opening a pipe that nobody writes to would wait for ever.
    let isReading = flags & O_ACCMODE == O_RDONLY
    descriptor = open(
      path, flags | O_CLOEXEC | (isReading ? O_NONBLOCK : 0), mode)
    if descriptor < 0 { throw UserError.system(what, path) }
    let kind = isReading ? try status().st_mode & S_IFMT : S_IFREG
    if ![S_IFREG, S_IFDIR, S_IFBLK].contains(kind) {
      throw UserError("this is not a regular file", at: path)
    }
  }

  /// Takes over an open descriptor.
  private init(adopting descriptor: Int32, as name: String) {
    path = name
    self.descriptor = descriptor
  }

  /// The two ends of a pipe, which no program inherits unless it is given
  /// them.
  ///
  /// - Parameters:
  ///   - name: the pipe's, for errors.
  ///   - isTwoWay: whether either end reads what the other has written. Such
  ///     ends are never inherited, whoever is started meanwhile.
  package static func pipe(
    _ name: String = "pipe", isTwoWay: Bool = false
  ) throws -> (reading: RawFile, writing: RawFile) {
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard
      (isTwoWay
        ? socketpair(AF_UNIX, kind, 0, &ends) : Glibc.pipe(&ends)) == 0
    else { throw UserError.system("cannot make a pipe", name) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (
      RawFile(adopting: ends[0], as: name),
      RawFile(adopting: ends[1], as: name)
    )
  }

  /// Memory for a program that is given its descriptor; it grows by
  /// `ftruncate`.
  package static func memory(_ name: String = "memory") throws -> RawFile {
    let descriptor = superb_memory_file()
    guard descriptor >= 0 else {
      throw UserError.system("cannot share memory", name, code: -descriptor)
    }
    return RawFile(adopting: descriptor, as: name)
  }

  /// Has reads and writes come back at once where they would wait.
  package func stopWaiting() {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  }

  deinit { close(descriptor) }

  package func status() throws -> stat {
    var status = stat()
    if fstat(descriptor, &status) != 0 {
      throw UserError.system("cannot look at the file", path)
    }
    return status
  }

  /// Bytes in the file.
  package func size() throws -> Int { Int(try status().st_size) }

  /// The whole file; nil if it has more than `limit` bytes.
  package func content(upTo limit: Int) throws -> Data? {
    let size = try size()
    guard size <= limit else { return nil }
    var data = Data(count: size)
    let count = try data.withUnsafeMutableBytes { try read(into: $0, at: 0) }
    return data.prefix(count)
  }

  /// Fills as much of `buffer` as there is from `offset` on.
  ///
  /// - Returns: the number of bytes read; less than asked only at the end.
  package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int)
    throws -> Int
  {
    var done = 0
    while done < buffer.count {
      let count = pread(
        descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done,
        off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      if count < 0 { throw UserError.system("cannot read the file", path) }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Writes all of `bytes` from `offset` on.
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < bytes.count {
      let count = pwrite(
        descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done,
        off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      if count < 0 { throw UserError.system("cannot write the file", path) }
      done += count
    }
  }

  package func truncate(to size: Int) throws {
    if ftruncate(descriptor, off_t(size)) != 0 {
      throw UserError.system("cannot shorten the file", path)
    }
  }

  package func synchronize() throws {
    if fsync(descriptor) != 0 {
      throw UserError.system("cannot write the file", path)
    }
  }
}
