import Alignment
import Diagnostics
import Files
import Foundation
import Synchronization
import Upstreams

/// A file of finished alignments in an experiment's folder: one entry a
/// document, appended as soon as all queries have been aligned with it.
///
/// An entry is found by the digest of everything that decides its numbers, so
/// that what a killed run left behind is used where it fits and is only dead
/// weight where it does not. An entry that was being written when the
/// process died is cut off.
///
///     magic, 8 bytes
///     entries: digest (32 bytes), count (UInt32), count float32, CRC-32C of
///     all before (UInt32); all little-endian
package final class AlignmentJournal: AlignmentMemory {
  package static let fileName = "alignments.bin"
  private static let magic = Array("sprbdtw1".utf8)
  /// More queries than any corpus has: a larger count is damage.
  private static let mostQueries = 1 << 24

  private struct State {
    var file: AppendedFile?
    var known: [ContentDigest: [Float]] = [:]
  }

  package let path: String
  private let state = Mutex(State())

  /// - Parameter folder: the experiment's; held by one process at a time.
  package init(folder: String) {
    path = folder + "/" + Self.fileName
  }

  /// What the journal has of these queries and documents.
  package func record(
    _ settings: DTWSettings, _ dim: Int, _ queries: any FrameSource,
    _ documents: any FrameSource
  ) throws -> any AlignmentRecord {
    func combine(
      _ index: Int, of source: any FrameSource, _ hasher: borrowing DigestHasher
    ) throws {
      try source.withFrames(of: index) { values in
        hasher.combine(values.count)
        hasher.combine(bytes: UnsafeRawBufferPointer(values))
      }
    }
    let common = DigestHasher()
    common.combine("superb alignments 1 \(settings) \(dim)", queries.count)
    for index in 0..<queries.count { try combine(index, of: queries, common) }
    let prefix = common.finish().hexadecimal
    let keys = try (0..<documents.count).map { index in
      let hasher = DigestHasher()
      hasher.combine(prefix)
      try combine(index, of: documents, hasher)
      return hasher.finish()
    }
    return JournalRecord(keys: keys, journal: self)
  }

  /// Removes the file: the experiment has its result.
  package func remove() {
    state.withLock { state in
      state = State()
      unlink(path)
    }
  }

  fileprivate func known(_ key: ContentDigest) -> [Float]? {
    state.withLock { state in
      // What cannot be opened knows nothing; that it cannot be written is
      // said by who writes.
      _ = try? file(&state)
      return state.known[key]
    }
  }

  fileprivate func append(_ distances: [Float], _ key: ContentDigest) throws {
    try state.withLock { state in
      try file(&state).append(
        JournalEntry(key: key, distances: distances).encoded())
      state.known[key] = distances
    }
  }

  /// The file; opened by reading what is whole and forgetting the rest.
  private func file(_ state: inout State) throws -> AppendedFile {
    if let file = state.file { return file }
    let bytes = FileManager.default.contents(atPath: path) ?? Data()
    var whole = 0
    if bytes.starts(with: Self.magic) {
      whole = Self.magic.count
      while let entry = JournalEntry(
        bytes[whole...], mostQueries: Self.mostQueries)
      {
        state.known[entry.key] = entry.distances
        whole += entry.byteCount
      }
    }
    let file = try AppendedFile(path: path)
    try file.rewind(to: whole)
    if whole == 0 { try file.append(Self.magic) }
    state.file = file
    return file
  }
}

/// The part of a journal that one call needs.
private struct JournalRecord: AlignmentRecord {
  let keys: [ContentDigest]
  let journal: AlignmentJournal

  func distances(toDocument index: Int) -> [Float]? {
    journal.known(keys[index])
  }

  func keep(_ distances: [Float], toDocument index: Int) throws {
    try journal.append(distances, keys[index])
  }
}
