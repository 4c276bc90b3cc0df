import Diagnostics
import Files
import Foundation
import Hosting
import Records

/// What of a checkpoint's experiment may be used here.
///
/// The file can come from anybody, and its checksum is the sender's. So its
/// numbers are believed and its places are not: the task is the one that is
/// found here under its name, and a folder, or an upstream that runs code, is
/// used only if the user has named it, now or in a run before, or if the file
/// is of a group whose files the site trusts.
package struct CheckpointOrigin {
  /// What the user names now.
  package var upstreams: [String]
  package var corpora: [String: String]
  /// The user's store of hidden states.
  package var store: String
  package var named = NamedThings()
  /// Told of what may make figures others than they were.
  package var remark: (String) -> Void = StandardError.note

  package init(
    upstreams: [String], corpora: [String: String], store: String
  ) {
    self.upstreams = upstreams
    self.corpora = corpora
    self.store = store
  }

  /// The experiment of the checkpoint at `path`, as it can be run here.
  ///
  /// - Throws: `UserError` that says what the user has to name.
  package func experiment(
    _ stored: Experiment, at path: String, catalog: TaskCatalog
  ) throws -> Experiment {
    var experiment = stored
    let entry = try task(of: stored, at: path, in: catalog)
    experiment.task = entry.description
    experiment.library = absolute(entry.library)
    experiment.libraryDigest = entry.digest
    if !named.contains(folder: stored.store) {
      experiment.store = absolute(store)
    }
    let isOurs = try Self.isOfTrustedGroup(path)
    if NamedThings.isForeign(upstream: stored.upstream), !isOurs,
      !upstreams.contains(stored.upstream),
      !named.contains(upstream: stored.upstream)
    {
      throw UserError(
        "the checkpoint wants the upstream '\(stored.upstream)', which runs"
          + " code or reads a place that you have not named", at: path,
        fix: "if you trust it, say --upstream '\(stored.upstream)'")
    }
    for (corpus, folder) in stored.corpora {
      let own = corpora[corpus].map(absolute)
      if isOurs || named.contains(folder: folder) {
        // It may have moved since.
        if let own, !isFolder(folder) { experiment.corpora[corpus] = own }
        continue
      }
      guard let own else {
        throw UserError(
          "the checkpoint's corpus '\(corpus)' is \(folder), a folder that you"
            + " have not named", at: path,
          fix: "name the corpus in benchmark.yaml")
      }
      experiment.corpora[corpus] = own
    }
    return experiment
  }

  private func task(
    of stored: Experiment, at path: String, in catalog: TaskCatalog
  ) throws -> TaskCatalog.Entry {
    let id = stored.task.id
    let entry: TaskCatalog.Entry
    do {
      entry = try catalog.entry(named: id)
    } catch let error as UserError where error.fix == nil {
      throw UserError(
        error.what, at: path, fix: "name its folder in --plugin-path")
    }
    guard entry.description.version == stored.task.version else {
      throw UserError(
        "the checkpoint is of version \(stored.task.version) of the task"
          + " '\(id)', and here is version \(entry.description.version)",
        at: path,
        fix: "name the other one's folder in --plugin-path, or train again")
    }
    if entry.digest != stored.libraryDigest {
      remark(
        "\(path): the task '\(id)' has changed since this was trained; its"
          + " figures may be others")
    }
    return entry
  }

  /// Whether the site lets the group that the file belongs to decide what is
  /// run, and nobody else could have written it.
  private static func isOfTrustedGroup(_ path: String) throws -> Bool {
    let trusted = try Site.trustedWriters()
    var status = stat()
    return stat(path, &status) == 0 && trusted.groups.contains(status.st_gid)
      && trusted.objection(to: path) == nil
  }

  private func absolute(_ path: String) -> String {
    path.hasPrefix("/")
      ? path : FileManager.default.currentDirectoryPath + "/" + path
  }
}
