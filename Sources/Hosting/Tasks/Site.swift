import Configuration
import Diagnostics
import Files
import Foundation

/// What the administrator of a machine says of it in `/etc/superb/site.yaml`:
///
///     groups: [speech]     whose members share tasks, built tasks and runs
///     cluster: {…}         what jobs ask of the cluster, unless told otherwise
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
    guard let site = try contents(environment) else { return TrustedWriters() }
    return TrustedWriters(
      groups: Set(
        try site.list(at: "groups", default: []).map { item in
          let name = try item.string(at: "")
          guard let group = getgrnam(name) else {
            throw UserError(
              "there is no group '\(name)' here",
              at: item.mark?.description ?? "groups")
          }
          return group.pointee.gr_gid
        }))
  }

  /// What it says of the cluster; nil if that is nothing.
  ///
  /// - Throws: `UserError` for a file that cannot be used.
  package static func cluster(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> ConfigValue? {
    try contents(environment)?.value(at: "cluster")
  }

  /// The file's, if there is one.
  private static func contents(
    _ environment: [String: String]
  ) throws -> ConfigValue? {
    let file = environment["SUPERB_SITE_FILE"] ?? standardFile
    guard !file.isEmpty, access(file, F_OK) == 0 else { return nil }
    if let reason = TrustedWriters().objection(to: file) {
      throw UserError(
        "the site's file could have been written by others: \(reason)",
        at: file, fix: "let its administrator own it, mode 0644")
    }
    let site = try ConfigValue.yaml(file: file)
    try site.checkKeys(known: ["groups", "cluster"])
    return site
  }
}
