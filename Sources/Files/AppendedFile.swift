import Diagnostics
import Foundation

/// A file that lines or records are appended to, whole or not at all.
package final class AppendedFile: Sendable {
  private let path: String
  private let descriptor: Int32

  package init(path: String) throws {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw UserError.system("cannot write the file", path)
    }
  }

  deinit {
    close(descriptor)
  }

  /// - Throws: `UserError` if the disk refuses; the file is then as before.
  package func append(_ text: String) throws {
    try append(Array(text.utf8))
  }

  /// - Throws: `UserError` if the disk refuses; the file is then as before.
  package func append(_ bytes: [UInt8]) throws {
    let before = try size()
    try bytes.withUnsafeBufferPointer { bytes in
      var done = 0
      while done < bytes.count {
        let count = write(
          descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else {
          let error = UserError.system("cannot write the file", path)
          ftruncate(descriptor, before)
          throw error
        }
        done += count
      }
    }
  }

  /// The file's length, once that much of it is on the disk.
  package func mark() throws -> Int {
    guard fsync(descriptor) == 0 else {
      throw UserError.system("cannot write the file", path)
    }
    return Int(try size())
  }

  /// Cuts off what was appended after `mark`.
  package func rewind(to mark: Int) throws {
    guard try size() >= mark else {
      throw UserError(
        "the file is shorter than the checkpoint knows it", at: path,
        fix: "run again with --fresh")
    }
    guard ftruncate(descriptor, off_t(mark)) == 0 else {
      throw UserError.system("cannot shorten the file", path)
    }
  }

  private func size() throws -> off_t {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw UserError.system("cannot look at the file", path)
    }
    return status.st_size
  }
}
