import Diagnostics
import Files
import Foundation

/// One pack as maintenance sees it: its two files, read once.
struct PackFiles {
  var folder: String
  var name: String
  var entries: [BlockEntry] = []
  /// Index entries that make no sense.
  var damagedEntries = 0
  /// Bytes of both files on disk.
  var bytes = 0
  var indexBytes = 0
  var lastUsed = Date.distantPast

  var blocksPath: String { "\(folder)/\(name).blocks" }
  var indexPath: String { "\(folder)/\(name).index" }

  /// Nil if the pack has gone meanwhile.
  init?(folder: String, name: String) throws {
    self.folder = folder
    self.name = name
    // The size first, so that what comes later does not go unnoticed.
    guard let index = fileStatus("\(folder)/\(name).index") else { return nil }
    var reader = RecordReader(
      path: "\(folder)/\(name).index", recordSize: BlockEntry.byteCount)
    var entries: [BlockEntry] = []
    var damaged = 0
    let isThere = try reader.readNew { bytes in
      if let entry = BlockEntry(bytes: bytes) {
        entries.append(entry)
      } else {
        damaged += 1
      }
      return true
    }
    guard isThere else { return nil }
    self.entries = entries
    damagedEntries = damaged
    let blocks = fileStatus(blocksPath) ?? index
    indexBytes = Int(index.st_size)
    bytes = indexBytes + Int(blocks.st_size)
    let seconds = max(blocks.st_atim.tv_sec, blocks.st_mtim.tv_sec)
    lastUsed = Date(timeIntervalSince1970: TimeInterval(seconds))
  }

  /// Every pack of a folder.
  static func all(inFolder folder: String) throws -> [PackFiles] {
    try names(inFolder: folder).filter { $0.hasSuffix(".index") }
      .compactMap {
        try PackFiles(folder: folder, name: String($0.dropLast(6)))
      }
  }

  /// The entries whose payload is what was written.
  func intactEntries() throws -> [BlockEntry] {
    guard access(blocksPath, F_OK) == 0 else { return [] }
    let mapping = try FileMapping(path: blocksPath)
    return entries.filter { $0.payload(in: mapping) != nil }
  }

  /// Takes both names away; whoever has the pack mapped keeps its bytes.
  func remove() throws {
    for path in [indexPath, blocksPath]
    where unlink(path) != 0 && errno != ENOENT {
      throw UserError.system("cannot remove the file", path)
    }
  }

  /// Puts a new pack with only these entries in the place of this one, if
  /// nobody writes to this one or has since it was read.
  ///
  /// - Returns: the entries that were kept, or nil if that was not so.
  @discardableResult
  func replace(keeping kept: [BlockEntry]) throws -> [BlockEntry]? {
    let index = try RawFile(indexPath, O_RDWR)
    guard try index.tryLock(byte: 0) != false, try index.size() == indexBytes
    else { return nil }
    return try withExtendedLifetime(index) { try rewrite(keeping: kept) }
  }

  /// Puts a new pack with only these entries in the place of this one. The
  /// new one is complete before the old one goes.
  ///
  /// - Returns: the entries that were kept: those whose payload is there and
  ///   what was written.
  func rewrite(keeping kept: [BlockEntry]) throws -> [BlockEntry] {
    guard !kept.isEmpty else {
      try remove()
      return []
    }
    let mapping = try FileMapping(path: blocksPath)
    var written: [BlockEntry] = []
    let name = uniqueName()
    let blocks = try AtomicFile("\(folder)/\(name).blocks")
    let index = try AtomicFile("\(folder)/\(name).index")
    var position = 0
    for var entry in kept {
      guard let payload = entry.payload(in: mapping) else { continue }
      written.append(entry)
      let padding = [UInt8](repeating: 0, count: (64 - position % 64) % 64)
      try padding.withUnsafeBytes { try blocks.append($0) }
      position += padding.count
      try blocks.append(payload)
      entry.offset = position
      position = entry.end
      try entry.encoded().withUnsafeBytes { try index.append($0) }
    }
    guard !written.isEmpty else {
      try remove()
      return []
    }
    try blocks.commit()
    try index.commit()
    let time = timespec(
      tv_sec: Int(lastUsed.timeIntervalSince1970), tv_nsec: 0)
    utimensat(AT_FDCWD, "\(folder)/\(name).blocks", [time, time], 0)
    try remove()
    return written
  }
}

extension BlockEntry {
  /// The block's bytes; nil if the file is too short for them, or if they are
  /// not those that were written.
  fileprivate func payload(in mapping: FileMapping) -> UnsafeRawBufferPointer? {
    mapping.bytes(at: offset, count: length).flatMap {
      CRC32C.of($0) == checksum ? $0 : nil
    }
  }
}
