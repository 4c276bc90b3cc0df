import Diagnostics
import Files
import Foundation

/// How far a download has come.
package struct HubProgress: Sendable, Equatable {
  package var reference: HubReference
  package var file: String
  package var bytes: Int
  /// Bytes in all, if the hub says so.
  package var total: Int?
}

/// Brings one file of a model into the cache.
///
/// Bytes go to `blobs/TAG.incomplete`, where the next attempt, perhaps of
/// another process, continues; what is complete and is what its tag promises
/// is renamed to `blobs/TAG`.
struct HubDownload {
  let client: HubClient
  let cache: HubCache
  let file: String
  let metadata: HubClient.Metadata
  let progress: @Sendable (HubProgress) -> Void

  private var settings: HubSettings { client.settings }
  private var blob: String { cache.blob(metadata.tag) }

  /// - Throws: `UserError` for a network that does not hold, a full disk, and
  ///   bytes that are not what the hub promised.
  func run() throws {
    try makeFolder("\(cache.folder)/blobs")
    try makeFolder(cache.lockFolder)
    // Another process may be getting the same file; so the hub's own clients
    // lock as well.
    let lock = try RawFile(
      "\(cache.lockFolder)/\(metadata.tag).lock", O_RDWR | O_CREAT)
    defer { withExtendedLifetime(lock) {} }
    _ = try lock.lock(waits: true)
    if access(blob, F_OK) != 0 { try fill() }
    try cache.link(metadata.tag, as: file, at: metadata.commit)
  }

  private func fill() throws {
    let part = try RawFile("\(blob).incomplete", O_RDWR | O_CREAT)
    var resumed = try part.size() > 0
    while true {
      try transfer(to: part)
      if try isWhole(part) { break }
      // What was begun earlier may have been of another content.
      try part.truncate(to: 0)
      guard resumed else {
        throw UserError(
          "the bytes of '\(file)' are not those that the hub promised",
          at: "\(settings.endpoint)/\(client.reference.id)",
          fix: "try again; if it stays so, a proxy changes what it passes on")
      }
      resumed = false
    }
    try part.synchronize()
    try AtomicFile.put(part.path, at: blob)
  }

  private func isWhole(_ part: RawFile) throws -> Bool {
    if let size = metadata.size, try part.size() != size { return false }
    return try BlobDigest.matches(part.path, tag: metadata.tag) ?? true
  }

  /// Gets what is missing, and takes a cut connection up again.
  private func transfer(to part: RawFile) throws {
    var failures = 0
    var pause = settings.pause
    while true {
      var position = try part.size()
      if let size = metadata.size, position > size {
        try part.truncate(to: 0)
        position = 0
      }
      if let size = metadata.size, position == size, size > 0 { return }
      let place = Position(position)
      do {
        try client.bytes(
          of: file, at: metadata.commit, from: position,
          needsEnd: metadata.size == nil
            && !BlobDigest.isPromise(metadata.tag),
          onStart: { start in
            if start != place.value { try part.truncate(to: start) }
            place.value = start
          },
          onBytes: { data in
            if let size = metadata.size, place.value + data.count > size {
              throw WebExchange.Failure(reason: "more bytes than announced")
            }
            try data.withUnsafeBytes { try part.write($0, at: place.value) }
            place.value += data.count
            progress(
              HubProgress(
                reference: client.reference, file: file, bytes: place.value,
                total: metadata.size))
          })
        guard let size = metadata.size, place.value < size else { return }
        throw WebExchange.Failure(
          reason: "the connection ended after \(place.value) of \(size) bytes")
      } catch let failure as WebExchange.Failure {
        failures = place.value > position ? 1 : failures + 1
        guard failures < settings.attempts else {
          throw UserError(
            "the download of '\(file)' stopped at byte \(place.value): "
              + failure.reason,
            at: "\(settings.endpoint)/\(client.reference.id)",
            fix: "run the same command again; it continues where it stopped")
        }
        Thread.sleep(forTimeInterval: pause)
        pause = min(pause * 2, 30)
      }
    }
  }

  /// Where the next byte goes; of one transfer, whose calls come in turn.
  private final class Position: @unchecked Sendable {
    var value: Int
    init(_ value: Int) { self.value = value }
  }
}
