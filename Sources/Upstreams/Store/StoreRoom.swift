import Diagnostics
import Files
import Foundation

/// The room that a limit leaves in a store, for all processes together.
///
/// What is worth less makes way for what is worth more, a pack at a time. A
/// pack that a process writes to, or from which a process has taken a block,
/// stays: it holds a lock for as long as it lives.
struct StoreRoom: Sendable {
  let root: String
  let limit: StoreLimit

  /// Blocks of nearly one worth do not drive each other out.
  private static let margin: Float = 1.5

  /// The size of packs that leaves something to choose from.
  var packSize: Int { min(1 << 30, max(1 << 16, limit.bytes / 32)) }

  /// Calls `body`, which writes a block of `count` bytes, if there is room for
  /// it or can be made.
  ///
  /// - Parameter worth: of each of its bytes.
  /// - Returns: whether there was.
  /// - Throws: `UserError` if the disk refuses.
  func take(
    _ count: Int, worth: Float, _ body: () throws -> Void
  ) throws -> Bool {
    // Its entry, and what aligns it.
    let needed = count + BlockEntry.byteCount + 64
    guard needed <= limit.bytes else { return false }
    // One process at a time; where there are no locks, the limit is exceeded
    // by what two write at once.
    let file = try RawFile("\(root)/room", O_RDWR | O_CREAT)
    _ = try file.lock(waits: true)
    return try withExtendedLifetime(file) {
      let lacking = try used() + needed - limit.bytes
      if lacking > 0, try !free(lacking, worthLessThan: worth) { return false }
      try body()
      return true
    }
  }

  /// Bytes of all packs.
  private func used() throws -> Int {
    try shelves().reduce(0) { sum, folder in
      try names(inFolder: folder).reduce(sum) { sum, name in
        name.hasSuffix(".blocks") || name.hasSuffix(".index")
          ? sum + Int(fileStatus("\(folder)/\(name)")?.st_size ?? 0) : sum
      }
    }
  }

  private func shelves() throws -> [String] {
    try names(inFolder: root).map { "\(root)/\($0)" }.filter {
      StoredUpstream.load(folder: $0) != nil
    }
  }

  /// Takes packs away, those that are worth least first, until so much is
  /// free. Nothing goes if all that may go is too little.
  private func free(_ count: Int, worthLessThan worth: Float) throws -> Bool {
    let packs = try shelves().flatMap { try PackFiles.all(inFolder: $0) }
      .filter { $0.worth * Self.margin < worth }
      .sorted { ($0.worth, $0.lastUsed) < ($1.worth, $1.lastUsed) }
    guard packs.reduce(0, { $0 + $1.bytes }) >= count else { return false }
    var left = count
    for pack in packs where left > 0 {
      if try pack.removeUnused() { left -= pack.bytes }
    }
    return left <= 0
  }
}

extension PackFiles {
  /// Of a byte, in the mean.
  fileprivate var worth: Float {
    let bytes = entries.reduce(0) { $0 + $1.length }
    let all = entries.reduce(0) { $0 + Double($1.worth) * Double($1.length) }
    return bytes > 0 ? Float(all / Double(bytes)) : 0
  }

  /// Removes the pack, unless a process writes to it or has taken a block of
  /// it.
  fileprivate func removeUnused() throws -> Bool {
    let claims = try RawFile(
      "\(folder)/\(Claims.fileName)", O_RDWR | O_CREAT)
    let index = try RawFile(indexPath, O_RDWR)
    guard try claims.tryLock(byte: Claims.readersByte(ofPack: name)) == true,
      try index.tryLock(byte: 0) == true
    else { return false }
    return try withExtendedLifetime((claims, index)) {
      try remove()
      return true
    }
  }
}
