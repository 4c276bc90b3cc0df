import Diagnostics
import Foundation

extension UserError {
  /// What the last system call complained about.
  package static func system(
    _ what: String, _ path: String, code: Int32 = errno
  ) -> UserError {
    let fix: String? =
      switch code {
      case ENOSPC, EDQUOT: "make room on that disk, or choose another folder"
      case EACCES, EPERM, EROFS: "check who owns it and its permissions"
      case EMFILE, ENFILE: "raise the limit on open files (ulimit -n)"
      default: nil
      }
    return UserError(
      "\(what): \(String(cString: strerror(code)))", at: path, fix: fix)
  }
}

/// The reason of the last failed system call.
package func posixReason(_ code: Int32 = errno) -> String {
  String(cString: strerror(code))
}
