import Testing

@testable import Files

struct CRC32CTests {
  @Test func agreesWithThePublishedCheckValues() {
    func crc(_ bytes: [UInt8]) -> UInt32 {
      bytes.withUnsafeBytes(CRC32C.of)
    }
    // RFC 3720, B.4, and the usual nine digits.
    #expect(crc(Array("123456789".utf8)) == 0xe306_9283)
    #expect(crc([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
    #expect(crc([UInt8](repeating: 255, count: 32)) == 0x62a8_ab43)
    #expect(crc(Array(0..<32)) == 0x46dd_794e)
    #expect(crc([]) == 0)
  }

  @Test func everyLengthGivesWhatTheDefinitionGives() {
    for count in 0...40 {
      let bytes = (0..<count).map { UInt8($0 * 7 & 255) }
      var state: UInt32 = ~0
      for byte in bytes {
        state ^= UInt32(byte)
        for _ in 0..<8 {
          state = state >> 1 ^ (state & 1 == 1 ? 0x82f6_3b78 : 0)
        }
      }
      #expect(bytes.withUnsafeBytes(CRC32C.of) == ~state)
      #expect(bytes.withUnsafeBytes(CRC32C.ofPlainly) == ~state)
    }
  }
}
