import Files
import Tensors
import Testing

@testable import Upstreams

struct BlockEntryTests {
  let entry = BlockEntry(
    key: FeatureKey(
      upstream: "u", audio: DigestHasher().finish(), chain: "c",
      span: ResolvedSpan(start: 1, length: 2), view: .whole),
    precision: .float16, offset: 128, layers: 13, frames: 49, dimension: 768,
    samples: 16_000, checksum: 0xdead_beef, written: 1_700_000_000)

  func decode(_ bytes: [UInt8]) -> BlockEntry? {
    bytes.withUnsafeBytes { BlockEntry(bytes: $0) }
  }

  @Test func whatIsWrittenIsRead() {
    #expect(entry.encoded().count == BlockEntry.byteCount)
    #expect(decode(entry.encoded()) == entry)
  }

  @Test func aChangeOfAnyBitIsNoticed() {
    for bit in 0..<BlockEntry.byteCount * 8 {
      var bytes = entry.encoded()
      bytes[bit / 8] ^= 1 << (bit % 8)
      #expect(decode(bytes) == nil)
    }
  }

  @Test func zerosAndRubbishAreNoEntry() {
    #expect(decode([UInt8](repeating: 0, count: 96)) == nil)
    let random = CounterRandom(seed: 5)
    for round in 0..<2000 {
      let bytes = (0..<96).map {
        UInt8(random.integer(below: 256, stream: UInt64(round), index: $0))
      }
      #expect(decode(bytes) == nil)
    }
  }

  @Test func sizesThatOverflowAreNoEntry() {
    // The checksum is right; the sizes are not.
    var bytes = entry.encoded()
    for offset in 56..<68 { bytes[offset] = 0xff }
    let crc = bytes[..<92].withUnsafeBytes(CRC32C.of)
    for i in 0..<4 { bytes[92 + i] = UInt8(crc >> (8 * UInt32(i)) & 255) }
    #expect(decode(bytes) == nil)
  }
}
