import Diagnostics
import Files
import Foundation

/// The reader's view of one pack of blocks. Guarded by its shelf.
final class BlockPack {
  let name: String
  let blocksPath: String
  var index: RecordReader
  private var mapping: FileMapping?

  init(folder: String, name: String) {
    self.name = name
    blocksPath = "\(folder)/\(name).blocks"
    index = RecordReader(
      path: "\(folder)/\(name).index", recordSize: BlockEntry.byteCount)
  }

  var indexPath: String { index.path }

  /// A mapping that holds the entry's payload; nil if the pack is gone or
  /// shorter than its index says.
  ///
  /// A pack that has grown is mapped anew; whoever holds the older mapping
  /// keeps it.
  func mapping(for entry: BlockEntry) throws -> FileMapping? {
    if let mapping, mapping.bytes.count >= entry.end { return mapping }
    let file: RawFile
    do {
      file = try RawFile(blocksPath, O_RDONLY)
    } catch {
      if access(blocksPath, F_OK) != 0 { return nil }
      throw error
    }
    let size = try file.size()
    guard size >= entry.end else { return nil }
    if mapping == nil { markUsed() }
    let grown = try FileMapping(file, count: size)
    mapping = grown
    return grown
  }

  /// Notes the time in the blocks' access time, by which the store is pruned.
  /// It is set by hand, since many disks are mounted without access times.
  /// In a store that may only be read nothing is noted.
  private func markUsed() {
    // UTIME_NOW and UTIME_OMIT, which Glibc's module leaves out.
    let times = [
      timespec(tv_sec: 0, tv_nsec: (1 << 30) - 1),
      timespec(tv_sec: 0, tv_nsec: (1 << 30) - 2),
    ]
    utimensat(AT_FDCWD, blocksPath, times, 0)
  }
}

extension StoredStates {
  /// Whether the bytes are the ones that were written.
  func matches(_ checksum: UInt32) -> Bool {
    withUnsafeBytes { CRC32C.of($0) } == checksum
  }
}
