import Diagnostics
import Foundation

/// A folder in the temporary one that nobody else can look into, the same for
/// all processes of this user.
///
/// Whoever is first can take any name there. Where somebody else has taken
/// ours, this process gets one that nobody knows beforehand.
package func privateTemporaryFolder(
  in parent: String = NSTemporaryDirectory()
) -> String {
  let path = (parent as NSString).appendingPathComponent("superb-\(getuid())")
  mkdir(path, 0o700)
  var status = stat()
  let isOurs =
    lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    && status.st_uid == getuid() && status.st_mode & 0o077 == 0
  return isOurs ? path : unguessable
}

private let unguessable: String = {
  (try? ScratchFolder.make("superb")) ?? "/nonexistent"
}()

/// A new folder in the temporary one, for this process alone, which goes with
/// its owner.
package final class ScratchFolder: Sendable {
  package let path: String

  /// - Throws: `UserError` if the temporary folder takes none.
  package init(_ name: String) throws { path = try Self.make(name) }

  deinit { try? removeAll(path) }

  fileprivate static func make(_ name: String) throws -> String {
    let place = NSTemporaryDirectory() as NSString
    var template = Array(
      place.appendingPathComponent("\(name)-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
      throw UserError.system("cannot make a temporary folder", place as String)
    }
    return String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) },
      as: UTF8.self)
  }
}
