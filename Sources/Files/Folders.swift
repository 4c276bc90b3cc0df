import Diagnostics
import Foundation

/// What the system says of a file, links followed; nil, and the reason in
/// `errno`, if it says nothing.
package func fileStatus(_ path: String) -> stat? {
  var status = stat()
  return stat(path, &status) == 0 ? status : nil
}

/// Whether there is a folder of this name.
package func isFolder(_ path: String) -> Bool {
  fileStatus(path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
}

/// Makes a folder and those above it, if they are not there.
///
/// - Throws: `UserError` with the system's reason.
package func makeFolder(_ path: String) throws {
  if isFolder(path) { return }
  if mkdir(path, 0o777) == 0 { return }
  let above = (path as NSString).deletingLastPathComponent
  if errno == ENOENT, !above.isEmpty, above != path {
    try makeFolder(above)
    if mkdir(path, 0o777) == 0 { return }
  }
  // Somebody else may have been quicker.
  let code = errno
  if isFolder(path) { return }
  throw UserError.system("cannot make the folder", path, code: code)
}

/// The paths of all files below a folder, relative to it, sorted. Links are
/// followed, each folder once, so that loops of them end.
///
/// - Throws: `UserError` if a folder cannot be read.
package func files(below folder: String) throws -> [String] {
  var seen: Set<[UInt64]> = []
  var found: [String] = []
  func visit(_ path: String, _ prefix: String) throws {
    guard let status = fileStatus(path) else {
      // A link to nowhere is the reader's to complain of.
      var link = stat()
      if !prefix.isEmpty, lstat(path, &link) == 0 { found.append(prefix) }
      return
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      if status.st_mode & S_IFMT == S_IFREG { found.append(prefix) }
      return
    }
    let identity = [UInt64(status.st_dev), UInt64(status.st_ino)]
    guard seen.insert(identity).inserted else { return }
    for name in try names(inFolder: path) {
      try visit(
        "\(path)/\(name)", prefix.isEmpty ? name : "\(prefix)/\(name)")
    }
  }
  try visit(folder, "")
  return found.sorted()
}

/// The names in a folder, sorted; none if there is no such folder.
package func names(inFolder path: String) throws -> [String] {
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

/// Removes a file or a folder with all that is in it, if there is one.
///
/// - Throws: `UserError` with the system's reason.
package func removeAll(_ path: String) throws {
  var status = stat()
  if lstat(path, &status) != 0, errno == ENOENT { return }
  do {
    try FileManager.default.removeItem(atPath: path)
  } catch {
    throw UserError.system("cannot remove", path)
  }
}
