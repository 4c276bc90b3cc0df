import Foundation

/// What a disk still has.
package enum DiskSpace {
  /// Bytes that this user can still write below `folder`.
  package static func free(in folder: String) -> Int? {
    var space = statvfs()
    guard statvfs(folder, &space) == 0 else { return nil }
    return Int(clamping: UInt64(space.f_bavail) * UInt64(space.f_frsize))
  }
}
