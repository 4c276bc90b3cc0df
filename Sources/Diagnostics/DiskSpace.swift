import Foundation

/// What a disk still has.
package enum DiskSpace {
  /// Bytes that this user can still write below `folder`.
  package static func free(in folder: String) -> Int? {
    var space = statvfs()
    guard statvfs(folder, &space) == 0 else { return nil }
    let (bytes, overflows) = UInt64(space.f_bavail)
      .multipliedReportingOverflow(by: UInt64(space.f_frsize))
    return overflows ? .max : Int(clamping: bytes)
  }
}
