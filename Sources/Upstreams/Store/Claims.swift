import Diagnostics
import Files
import Foundation

/// Who computes what: locks by which several processes and threads that miss
/// the same features share the work instead of doing it twice.
///
/// The keys of an upstream fall into stripes. A stripe is claimed for one
/// utterance at a time, by a lock on a byte of the upstream's `claims` file.
/// The file also holds a counter for each stripe that is raised after
/// something was appended, so that the next owner knows without a look at
/// the indexes whether there is anything new.
///
/// One value serves one thread. A crash releases what it held. On a file
/// system without locks everyone gets every claim: the store stays right,
/// since blocks are found by content, and only work is done twice.
final class Claims {
  static let stripes = 1024

  /// A stripe that is ours until released.
  struct Claim {
    var stripe: Int
    /// The stripe's counter; nil where there are no locks.
    var generation: UInt64?
  }

  private let file: RawFile

  /// - Throws: `UserError` if the store may not be written.
  init(folder: String) throws {
    file = try RawFile("\(folder)/\(Claims.fileName)", O_RDWR | O_CREAT)
  }

  static let fileName = "claims"

  /// The byte whose lock a pruning process holds.
  static let maintenanceByte = stripes * 8

  /// The byte that those share who have taken a block of a pack. Packs that
  /// share a byte are kept for each other's sake.
  static func readersByte(ofPack name: String) -> Int {
    (1 << 20) + Int(ContentDigest(of: name).firstWord % (1 << 40))
  }

  static func stripe(of key: FeatureKey) -> Int {
    Int(key.digest.firstWord % UInt64(stripes))
  }

  /// Claims the key's stripe; nil if another one has it.
  func claim(_ key: FeatureKey) throws -> Claim? {
    let stripe = Claims.stripe(of: key)
    guard let isOurs = try file.tryLock(byte: stripe * 8) else {
      return Claim(stripe: stripe, generation: nil)
    }
    guard isOurs else { return nil }
    var generation: UInt64 = 0
    _ = try withUnsafeMutableBytes(of: &generation) {
      try file.read(into: $0, at: stripe * 8)
    }
    return Claim(stripe: stripe, generation: UInt64(littleEndian: generation))
  }

  /// Tells the next owner that there is something new.
  ///
  /// - Returns: the stripe's new counter, or nil where there are no locks.
  func raise(_ claim: Claim) throws -> UInt64? {
    guard let generation = claim.generation else { return nil }
    try withUnsafeBytes(of: (generation + 1).littleEndian) {
      try file.write($0, at: claim.stripe * 8)
    }
    return generation + 1
  }

  func release(_ claim: Claim) {
    if claim.generation != nil { file.unlock(byte: claim.stripe * 8) }
  }

  /// All counters, 0 where there is none yet.
  static func generations(folder: String) -> [UInt64] {
    var counters = [UInt64](repeating: 0, count: stripes)
    // Without the file, or the right to read it, nothing is known to be
    // complete, and 0 says so.
    if let file = try? RawFile("\(folder)/\(fileName)", O_RDONLY) {
      counters.withUnsafeMutableBytes {
        _ = try? file.read(into: $0, at: 0)
      }
    }
    return counters.map(UInt64.init(littleEndian:))
  }
}
