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

  @Test func piecesGiveWhatTheWholeGives() {
    let bytes = (0..<100).map { UInt8($0 * 7 & 255) }
    for cut in 0...bytes.count {
      var crc = CRC32C()
      bytes[..<cut].withUnsafeBytes { crc.combine($0) }
      bytes[cut...].withUnsafeBytes { crc.combine($0) }
      #expect(crc.value == bytes.withUnsafeBytes(CRC32C.of))
    }
  }
}
