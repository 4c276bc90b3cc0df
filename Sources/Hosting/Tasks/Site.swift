import Configuration
import Diagnostics
import Files
import Foundation

/// What the administrator of a machine says of it in `/etc/superb/site.yaml`:
///
///     groups: [speech]     whose members share tasks, built tasks and runs
///
/// `SUPERB_SITE_FILE` names another file.
package enum Site {
  private static let standardFile = "/etc/superb/site.yaml"

  /// Whose files are run here; the user's own and the system's alone where
  /// there is no such file.
  ///
  /// - Throws: `UserError` for a file that cannot be used: that it is passed
  ///   over could not be noticed.
  package static func trustedWriters(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> TrustedWriters {
    let file = environment["SUPERB_SITE_FILE"] ?? standardFile
    guard !file.isEmpty, access(file, F_OK) == 0 else {
      return TrustedWriters()
    }
    if let reason = TrustedWriters().objection(to: file) {
      throw UserError(
        "the site's file could have been written by others: \(reason)",
        at: file, fix: "let its administrator own it, mode 0644")
    }
    let site = try ConfigValue.yaml(file: file)
    try site.checkKeys(known: ["groups"])
    return TrustedWriters(
      groups: Set(
        try site.list(at: "groups", default: []).map { item in
          let name = try item.string(at: "")
          guard let group = getgrnam(name) else {
            throw UserError(
              "there is no group '\(name)' here",
              at: item.mark?.description ?? file)
          }
          return group.pointee.gr_gid
        }))
  }
}
