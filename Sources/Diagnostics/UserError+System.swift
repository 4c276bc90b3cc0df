import Foundation

extension UserError {
  /// What the last system call complained about.
  package static func system(
    _ what: String, _ path: String, code: Int32 = errno
  ) -> UserError {
    let fix: String? =
      switch code {
      case ENOSPC, EDQUOT:
        "make room on that disk\(free(at: path)), or choose another folder"
      case EACCES, EPERM, EROFS: "check who owns it and its permissions"
      case EMFILE, ENFILE: "raise the limit on open files (ulimit -n)"
      default: nil
      }
    var error = UserError(
      "\(what): \(String(cString: strerror(code)))", at: path, fix: fix)
    error.isOfSystem = true
    return error
  }

  /// What a disk has left, as a remark; empty where that is not known.
  private static func free(at path: String) -> String {
    let folder = (path as NSString).deletingLastPathComponent
    let bytes = [path, folder.isEmpty ? "." : folder].lazy
      .compactMap { DiskSpace.free(in: $0) }.first
    return bytes.map { ", which has \(ByteCount.shown($0)) left" } ?? ""
  }
}

/// The reason of the last failed system call.
package func posixReason(_ code: Int32 = errno) -> String {
  String(cString: strerror(code))
}
