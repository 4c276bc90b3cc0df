import Diagnostics
import Files
import Foundation
import Synchronization

/// Hidden states on disk, found by content and shared by all tasks, runs and
/// processes: what has been computed once is never computed again.
///
/// A folder `<root>/<upstream digest>/` holds `upstream.json`, `claims`, and
/// for each process that wrote a pack or more of blocks:
/// `<unique>.blocks` with payloads and `<unique>.index` with their entries.
/// `<root>/audio/` remembers the audio files' digests and lengths.
///
/// Everything may be called from any thread, and any number of processes may
/// have the same folder open.
package final class FeatureStore: Sendable {
  package let root: String
  let audio: AudioIndex
  let report: @Sendable (String) -> Void
  /// Nil if it may take all of the disk.
  let room: StoreRoom?
  private let packSize: Int
  private let shelves = Mutex<[String: FeatureShelf]>([:])

  /// Opens the store in a folder, which is made if need be.
  ///
  /// - Parameters:
  ///   - limit: of what all packs may take.
  ///   - packSize: bytes after which a writer begins another file.
  ///   - report: told, once for each, of blocks that are found damaged.
  /// - Throws: `UserError` if the folder cannot be made or read.
  package init(
    root: String, limit: StoreLimit? = nil, packSize: Int = 1 << 30,
    report: @escaping @Sendable (String) -> Void = FeatureStore.warn
  ) throws {
    try makeFolder(root)
    self.root = root
    room = limit.map { StoreRoom(root: root, limit: $0) }
    self.packSize = min(packSize, room?.packSize ?? packSize)
    self.report = report
    audio = try AudioIndex(folder: "\(root)/audio")
  }

  /// Writes a warning to standard error.
  package static let warn: @Sendable (String) -> Void = { message in
    StandardError.note("warning: \(message)")
  }

  /// The SHA-256 of any file; what was read before and has not changed since,
  /// as far as the disk can tell, is not read again unless `anew`.
  ///
  /// - Throws: `UserError` that names the file.
  package func digest(
    ofFile path: String, anew: Bool = false
  ) throws -> ContentDigest {
    try audio.digest(ofFile: path, anew: anew)
  }

  /// The same without a store to remember it in.
  package static func digest(reading path: String) throws -> ContentDigest {
    try AudioIndex.hash(path)
  }

  /// The place of one upstream's features.
  func shelf(for upstream: UpstreamDescription) throws -> FeatureShelf {
    try shelves.withLock { shelves in
      if let shelf = shelves[upstream.digest] { return shelf }
      let folder = "\(root)/\(upstream.digest)"
      try makeFolder(folder)
      try StoredUpstream.save(upstream, folder: folder)
      let shelf = try FeatureShelf(
        folder: folder, packSize: packSize, room: room, report: report)
      shelves[upstream.digest] = shelf
      return shelf
    }
  }

  /// The shelves that this process has opened.
  var openShelves: [FeatureShelf] { shelves.withLock { Array($0.values) } }
}
