import Foundation

/// Who may have written what is run here, or decides what is run.
///
/// The user, the system's administrator, and whoever owns this program, who
/// could change that as well; and the groups that the site names.
package struct TrustedWriters: Sendable {
  /// Their members may write what is run here.
  package var groups: Set<gid_t>
  private let owners: Set<uid_t>

  package init(groups: Set<gid_t> = []) {
    self.groups = groups
    var status = stat()
    owners = Set(
      [getuid(), geteuid(), 0]
        + (stat("/proc/self/exe", &status) == 0 ? [status.st_uid] : []))
  }

  /// Who else could have written the file or folder at `path`, in words; nil
  /// if nobody, or if there is none.
  package func objection(to path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    let isShared = groups.contains(status.st_gid)
    guard owners.contains(status.st_uid) || isShared else {
      return "it belongs to " + Self.user(status.st_uid)
    }
    if status.st_mode & 0o002 != 0 { return "everybody may write to it" }
    if status.st_mode & 0o020 != 0, status.st_gid != 0, !isShared,
      !Self.isPrivate(status.st_gid)
    {
      return "the group \(Self.group(status.st_gid)) may write to it"
    }
    return nil
  }

  /// The first of a folder's files, or the folder itself, that somebody else
  /// could have written, and who.
  package func objection(toFolder folder: String) -> (String, String)? {
    let inside = (try? names(inFolder: folder)) ?? []
    for path in [folder] + inside.map({ "\(folder)/\($0)" }) {
      if let reason = objection(to: path) { return (path, reason) }
    }
    return nil
  }

  /// Whether the group is the user's own and has no other members, as many
  /// systems set it up.
  private static func isPrivate(_ group: gid_t) -> Bool {
    guard let entry = getgrgid(group), let user = getpwuid(getuid()),
      strcmp(entry.pointee.gr_name, user.pointee.pw_name) == 0
    else { return false }
    let first = entry.pointee.gr_mem?.pointee
    return first.map { strcmp($0, user.pointee.pw_name) == 0 } ?? true
  }

  private static func user(_ id: uid_t) -> String {
    getpwuid(id).map { String(cString: $0.pointee.pw_name) } ?? "user \(id)"
  }

  private static func group(_ id: gid_t) -> String {
    getgrgid(id).map { String(cString: $0.pointee.gr_name) } ?? "\(id)"
  }
}
