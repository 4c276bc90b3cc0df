import Files
import Foundation
import Records
import Upstreams

/// What this user has named in a run on this machine: upstreams that run code
/// or lie here, and the folders of corpora and of hidden states.
///
/// A checkpoint names such things, too, and may come from anybody. What its
/// user has named before needs no second word. For each thing there is an
/// empty file in the user's cache, called after its digest; without them the
/// user is asked again.
package struct NamedThings: Sendable {
  private let folder: String

  package init(cache: String = CacheFolder.standard().path) {
    folder = cache + "/named"
  }

  /// Remembers what the experiment names, which the user has. What cannot be
  /// remembered is not.
  package func note(_ experiment: Experiment) {
    let things =
      (Self.isForeign(upstream: experiment.upstream)
        ? [Self.key(upstream: experiment.upstream)] : [])
      + experiment.corpora.values.map(Self.key(folder:))
      + [Self.key(folder: experiment.store)]
    for thing in things where !contains(thing) {
      try? makeFolder(folder)
      try? AtomicFile.write(Data(), to: folder + "/" + thing, flushed: false)
    }
  }

  package func contains(upstream: String) -> Bool {
    contains(Self.key(upstream: upstream))
  }

  /// Whether a corpus lies there, or hidden states are kept.
  package func contains(folder path: String) -> Bool {
    contains(Self.key(folder: path))
  }

  /// Whether somebody other than this program decides what happens when the
  /// upstream is loaded: code of a class, or what lies at a path.
  package static func isForeign(upstream name: String) -> Bool {
    let registry = UpstreamRegistry.builtIn
    if registry.member(name) != nil { return false }
    // A model of the hub is weights: numbers, and no code.
    return name.contains(":") || name.hasPrefix("~") || name.hasPrefix("/")
      || name.hasPrefix(".") || access(name, F_OK) == 0
      || name.filter { $0 == "/" }.count != 1
  }

  /// Another user's word in a cache that is shared does not count.
  private func contains(_ thing: String) -> Bool {
    var status = stat()
    return lstat(folder + "/" + thing, &status) == 0
      && status.st_uid == geteuid()
  }

  /// A module and a relative path are others in another folder.
  private static func key(upstream: String) -> String {
    key("upstream", upstream, FileManager.default.currentDirectoryPath)
  }

  private static func key(folder path: String) -> String {
    key("folder", path)
  }

  private static func key(_ parts: String...) -> String {
    let hash = DigestHasher()
    for part in parts { hash.combine(part) }
    return hash.finish().hexadecimal
  }
}
