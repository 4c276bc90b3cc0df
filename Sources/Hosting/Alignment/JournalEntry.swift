import Files
import Foundation
import Upstreams

/// One document's distances to all queries, as they stand in a journal.
struct JournalEntry {
  let key: ContentDigest
  let distances: [Float]

  private static let keyBytes = 32

  var byteCount: Int { Self.keyBytes + 4 + distances.count * 4 + 4 }

  init(key: ContentDigest, distances: [Float]) {
    self.key = key
    self.distances = distances
  }

  /// The entry at the start of `bytes`; nil if there is none that is whole.
  init?(_ bytes: Data, mostQueries: Int) {
    let head = Self.keyBytes + 4
    guard bytes.count >= head + 4 else { return nil }
    let found = bytes.withUnsafeBytes { raw -> (ContentDigest, [Float])? in
      func number(at offset: Int) -> UInt32 {
        UInt32(
          littleEndian: raw.loadUnaligned(
            fromByteOffset: offset, as: UInt32.self))
      }
      let count = Int(number(at: Self.keyBytes))
      guard count <= mostQueries, raw.count >= head + count * 4 + 4,
        CRC32C.of(UnsafeRawBufferPointer(rebasing: raw[..<(head + count * 4)]))
          == number(at: head + count * 4)
      else { return nil }
      return (
        ContentDigest(
          bytes: UnsafeRawBufferPointer(rebasing: raw[..<Self.keyBytes])),
        (0..<count).map { Float(bitPattern: number(at: head + $0 * 4)) }
      )
    }
    guard let found else { return nil }
    (key, distances) = found
  }

  func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    func append(_ number: UInt32) {
      withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
    key.withUnsafeBytes { bytes.append(contentsOf: $0) }
    append(UInt32(distances.count))
    for distance in distances { append(distance.bitPattern) }
    append(bytes.withUnsafeBytes { CRC32C.of($0) })
    return bytes
  }
}
