import Diagnostics
import Foundation

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
package func paths(below folder: String) throws -> [String] {
  let place = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
  guard access(place, R_OK | X_OK) == 0,
    let all = FileManager.default.enumerator(atPath: place)
  else { throw UserError.system("cannot list the folder", folder) }
  return all.compactMap { $0 as? String }.sorted()
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
