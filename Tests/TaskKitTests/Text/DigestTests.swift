import TaskKit
import Testing

@Suite struct DigestTests {
  /// Digests from FIPS 180's examples and from sha1sum.
  @Test(arguments: [
    ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
    ),
    (
      String(repeating: "a", count: 1_000_000),
      "34aa973cd4c4daa4f61eeb2bdbad27316534016f"
    ),
  ])
  func sha1IsTheStandards(text: String, digest: String) {
    #expect(Digest.sha1(text).hexadecimal == digest)
  }

  @Test func everyLengthAroundABlockIsPadded() {
    let digests = (50..<130).map {
      Digest.sha1(String(repeating: "x", count: $0))
    }
    #expect(Set(digests.map(\.hexadecimal)).count == 80)
    #expect(digests.allSatisfy { $0.bytes.count == 20 })
  }

  @Test func remainderIsOfTheWholeNumber() {
    let digest = Digest.sha1("abc")  // … 6c9c d0d8 9d
    #expect(digest.remainder(bits: 8) == 0x9d)
    #expect(digest.remainder(bits: 12) == 0x89d)
    #expect(digest.remainder(bits: 64) == 0x7850_c26c_9cd0_d89d)
    #expect(digest.remainder(bits: 0) == 0)
  }
}
