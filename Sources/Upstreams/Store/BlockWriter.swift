import Diagnostics
import Files
import Foundation
import Synchronization

/// Appends blocks to a pack of its own: `<unique>.blocks` holds payloads,
/// 64-byte aligned, `<unique>.index` their entries.
///
/// An entry follows its payload, so what the index names has been written.
/// The index stays locked while the writer lives, which keeps a pruning
/// process away from it; the lock goes with the process.
final class BlockWriter: Sendable {
  let name: String
  private let blocks: RawFile
  private let index: RawFile
  private let state = Mutex(State())

  private struct State {
    var blocksEnd = 0
    var indexEnd = 0
    /// A write failed and could not be undone: nothing may follow it.
    var isBroken = false
  }

  /// Starts a new pack.
  init(folder: String) throws {
    while true {
      let name = uniqueName()
      let flags = O_RDWR | O_CREAT | O_EXCL
      let index = try RawFile("\(folder)/\(name).index", flags)
      // Between the two calls a pruning process may have taken it for an
      // abandoned one.
      if try index.tryLock(byte: 0) == false { continue }
      if try index.status().st_nlink == 0 { continue }
      self.name = name
      self.index = index
      blocks = try RawFile("\(folder)/\(name).blocks", flags)
      return
    }
  }

  /// Bytes written so far; ``Int/max`` when nothing more can be.
  var size: Int {
    state.withLock { $0.isBroken ? Int.max : $0.blocksEnd }
  }

  /// Writes one block, from any thread.
  ///
  /// - Parameter entry: its offset and time are filled in here.
  /// - Returns: the entry as it was written.
  /// - Throws: `UserError` if the disk refuses. Nothing of the block is
  ///   visible then.
  func append(_ entry: BlockEntry, payload: UnsafeRawBufferPointer) throws
    -> BlockEntry
  {
    try state.withLock { state in
      guard !state.isBroken else {
        throw UserError("an earlier write failed", at: blocks.path)
      }
      var entry = entry
      entry.offset = (state.blocksEnd + 63) / 64 * 64
      entry.written = Int(time(nil))
      do {
        try blocks.write(payload, at: entry.offset)
        try entry.encoded().withUnsafeBytes {
          try index.write($0, at: state.indexEnd)
        }
      } catch {
        do {
          try index.truncate(to: state.indexEnd)
          try blocks.truncate(to: state.blocksEnd)
        } catch {
          state.isBroken = true
        }
        throw error
      }
      state.blocksEnd = entry.end
      state.indexEnd += BlockEntry.byteCount
      return entry
    }
  }

  /// Flushes everything to the disk.
  func synchronize() throws {
    try blocks.synchronize()
    try index.synchronize()
  }
}
