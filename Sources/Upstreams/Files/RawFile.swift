import Diagnostics
import Foundation

/// A file descriptor that is closed with its last owner. Every failure is a
/// `UserError` that names the file.
final class RawFile: Sendable {
  let path: String
  let descriptor: Int32

  init(_ path: String, _ flags: Int32, mode: mode_t = 0o666) throws {
    self.path = path
    descriptor = open(path, flags | O_CLOEXEC, mode)
    if descriptor < 0 { throw UserError.system("cannot open the file", path) }
  }

  deinit { close(descriptor) }

  func status() throws -> stat {
    var status = stat()
    if fstat(descriptor, &status) != 0 {
      throw UserError.system("cannot look at the file", path)
    }
    return status
  }

  /// Bytes in the file.
  func size() throws -> Int { Int(try status().st_size) }

  /// Fills as much of `buffer` as there is from `offset` on.
  ///
  /// - Returns: the number of bytes read; less than asked only at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int)
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
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
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

  func truncate(to size: Int) throws {
    if ftruncate(descriptor, off_t(size)) != 0 {
      throw UserError.system("cannot shorten the file", path)
    }
  }

  func synchronize() throws {
    if fsync(descriptor) != 0 {
      throw UserError.system("cannot write the file", path)
    }
  }
}

/// Makes a folder and those above it, if they are not there.
///
/// - Throws: `UserError` with the system's reason.
package func makeFolder(_ path: String) throws {
  var status = stat()
  if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
  if mkdir(path, 0o777) == 0 { return }
  let above = (path as NSString).deletingLastPathComponent
  if errno == ENOENT, !above.isEmpty, above != path {
    try makeFolder(above)
    if mkdir(path, 0o777) == 0 { return }
  }
  // Somebody else may have been quicker.
  let code = errno
  if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
  throw UserError.system("cannot make the folder", path, code: code)
}

/// The paths of all that is below a folder, relative to it, sorted. The folder
/// itself may be a link; links below it are not followed.
func paths(below folder: String) throws -> [String] {
  let place = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
  guard access(place, R_OK | X_OK) == 0,
    let all = FileManager.default.enumerator(atPath: place)
  else { throw UserError.system("cannot list the folder", folder) }
  return all.compactMap { $0 as? String }.sorted()
}

/// The names in a folder, sorted; none if there is no such folder.
func names(inFolder path: String) throws -> [String] {
  guard let folder = opendir(path) else {
    if errno == ENOENT { return [] }
    throw UserError.system("cannot list the folder", path)
  }
  defer { closedir(folder) }
  var names: [String] = []
  while let entry = readdir(folder) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) {
        String(cString: $0)
      }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted()
}
