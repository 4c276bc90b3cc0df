import Diagnostics
import Foundation

/// A whole file in memory, read only, as long as the object lives.
final class MappedFile {
  let bytes: UnsafeRawBufferPointer

  /// - Throws: `UserError` if the file cannot be opened or mapped.
  init(path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw UserError(
        "cannot open the file: \(String(cString: strerror(errno)))", at: path)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size > 0 else {
      throw UserError("the file is empty", at: path)
    }
    let size = Int(status.st_size)
    let base = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0)
    guard let base, base != MAP_FAILED else {
      throw UserError("cannot map the file into memory", at: path)
    }
    bytes = UnsafeRawBufferPointer(start: base, count: size)
  }

  deinit {
    munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
  }
}
