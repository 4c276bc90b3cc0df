import Diagnostics
import Files
import Foundation

/// The files of one model in the cache that the hub's clients share:
///
///     models--organisation--name/
///       refs/main                     the commit that the branch was at
///       blobs/ETAG                    contents
///       snapshots/COMMIT/config.json  → ../../blobs/ETAG
///       .no_exist/COMMIT/FILE         the hub was asked and has no such file
struct HubCache: Sendable {
  let reference: HubReference
  let folder: String
  let lockFolder: String

  init(_ reference: HubReference, in cache: String) {
    self.reference = reference
    let name = "models--\(reference.organisation)--\(reference.model)"
    folder = "\(cache)/\(name)"
    lockFolder = "\(cache)/.locks/\(name)"
  }

  /// The commit of the revision, as far as is known here.
  var commit: String? {
    if HubReference.isCommit(reference.revision) { return reference.revision }
    guard
      let text = try? String(
        contentsOfFile: "\(folder)/refs/\(reference.revision)", encoding: .utf8)
    else { return nil }
    let commit = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return HubReference.isCommit(commit) ? commit : nil
  }

  func snapshot(_ commit: String) -> String { "\(folder)/snapshots/\(commit)" }

  /// The path of a file in a snapshot, or nil if it is not there.
  func path(of file: String, at commit: String) -> String? {
    let path = "\(snapshot(commit))/\(file)"
    return access(path, R_OK) == 0 ? path : nil
  }

  func isKnownAbsent(_ file: String, at commit: String) -> Bool {
    access("\(folder)/.no_exist/\(commit)/\(file)", F_OK) == 0
  }

  func setAbsent(_ file: String, at commit: String) throws {
    let path = "\(folder)/.no_exist/\(commit)/\(file)"
    try makeFolder(Self.parent(path))
    _ = try RawFile(path, O_WRONLY | O_CREAT)
  }

  /// Remembers which commit the revision is at.
  func setCommit(_ commit: String) throws {
    guard !HubReference.isCommit(reference.revision), self.commit != commit
    else { return }
    let path = "\(folder)/refs/\(reference.revision)"
    try makeFolder(Self.parent(path))
    try AtomicFile.write(Data(commit.utf8), to: path)
  }

  func blob(_ tag: String) -> String { "\(folder)/blobs/\(tag)" }

  /// Makes a blob appear in a snapshot.
  func link(_ tag: String, as file: String, at commit: String) throws {
    let path = "\(snapshot(commit))/\(file)"
    try makeFolder(Self.parent(path))
    let steps = file.split(separator: "/").count + 1
    let target = String(repeating: "../", count: steps) + "blobs/\(tag)"
    // Made beside its place and renamed, as another process may do the same.
    let partial = "\(path).\(uniqueName())"
    guard symlink(target, partial) == 0 else {
      throw UserError.system("cannot make the link", path)
    }
    defer { unlink(partial) }
    try AtomicFile.put(partial, at: path)
  }

  private static func parent(_ path: String) -> String {
    String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }
}
