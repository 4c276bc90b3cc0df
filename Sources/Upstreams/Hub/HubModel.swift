import Diagnostics
import Foundation

/// The files of one model, from the cache where they are there, else from the
/// hub.
///
/// What is in the cache is used as it is: whether a branch has moved since is
/// not asked, so that a run gives the same numbers tomorrow and without a
/// network. Another commit is asked for as `organisation/name@revision`.
final class HubModel {
  let reference: HubReference
  let settings: HubSettings
  let cache: HubCache
  private let progress: @Sendable (HubProgress) -> Void
  /// The commit that all files are taken from.
  private(set) var commit: String?
  /// Whether the hub has given a file.
  private(set) var hasDownloaded = false

  init(
    _ reference: HubReference, settings: HubSettings,
    progress: @escaping @Sendable (HubProgress) -> Void = { _ in }
  ) {
    self.reference = reference
    self.settings = settings
    self.progress = progress
    cache = HubCache(reference, in: settings.cache)
    commit = cache.commit
  }

  /// The path of a file that is in the cache, or nil.
  func cached(_ file: String) -> String? {
    commit.flatMap { cache.path(of: file, at: $0) }
  }

  /// The path of a file, once it is in the cache; nil if the model has none
  /// of that name.
  ///
  /// - Throws: `UserError` that says where it was looked for, if it is not in
  ///   the cache and cannot be brought there.
  func path(of file: String) throws -> String? {
    guard
      file.split(separator: "/").allSatisfy({
        HubReference.isName(String($0))
      })
    else { throw UserError("'\(file)' is no name of a file of the hub's") }
    if let path = cached(file) { return path }
    if let commit, cache.isKnownAbsent(file, at: commit) { return nil }
    guard !settings.isOffline else {
      throw UserError(
        "'\(file)' of '\(reference)' is not in the cache, and HF_HUB_OFFLINE "
          + "keeps it from being fetched",
        at: commit.map(cache.snapshot) ?? cache.folder,
        fix: "unset HF_HUB_OFFLINE, or name a folder with the weights")
    }
    let client = HubClient(settings: settings, reference: reference)
    guard
      let metadata = try client.metadata(
        of: file, at: commit ?? reference.revision)
    else {
      if let commit { try cache.setAbsent(file, at: commit) }
      return nil
    }
    if let commit, commit != metadata.commit {
      throw UserError(
        "the hub gives the commit \(metadata.commit) for \(commit)",
        at: "\(settings.endpoint)/\(reference.id)")
    }
    commit = metadata.commit
    try client.reaching {
      try HubDownload(
        client: client, cache: cache, file: file, metadata: metadata,
        progress: progress
      ).run()
    }
    try cache.setCommit(metadata.commit)
    hasDownloaded = true
    return cache.path(of: file, at: metadata.commit)
  }
}
