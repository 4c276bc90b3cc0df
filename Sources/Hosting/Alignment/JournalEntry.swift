import Files
import Foundation
import Upstreams

/// One document's distances to all queries, as they stand in a journal.
struct JournalEntry {
  let key: ContentDigest
  let distances: [Float]

  private static let head = ContentDigest.byteCount + 4

  var byteCount: Int { Self.head + distances.count * 4 + 4 }

  init(key: ContentDigest, distances: [Float]) {
    self.key = key
    self.distances = distances
  }

  /// The entry at the start of `bytes`; nil if there is none that is whole.
  init?(_ bytes: Data, mostQueries: Int) {
    let head = Self.head
    let found = bytes.withUnsafeBytes { raw -> (ContentDigest, [Float])? in
      guard raw.count >= head + 4,
        case let count = Int(raw.number(at: head - 4, as: UInt32.self)),
        count <= mostQueries, case let end = head + count * 4,
        raw.count >= end + 4, CRC32C.of(raw.part(..<end)) == raw.number(at: end)
      else { return nil }
      return (
        ContentDigest(bytes: raw.part(..<ContentDigest.byteCount)),
        (0..<count).map { Float(bitPattern: raw.number(at: head + $0 * 4)) }
      )
    }
    guard let found else { return nil }
    (key, distances) = found
  }

  func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    key.withUnsafeBytes { bytes.append(contentsOf: $0) }
    bytes.append(littleEndian: UInt32(distances.count))
    for distance in distances {
      bytes.append(littleEndian: distance.bitPattern)
    }
    bytes.append(littleEndian: bytes.withUnsafeBytes(CRC32C.of))
    return bytes
  }
}
