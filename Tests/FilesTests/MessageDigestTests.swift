import Foundation
import TestSupport
import Testing

@testable import Files

struct MessageDigestTests {
  private func hex(_ text: String) -> String {
    let digest = MessageDigest(.sha1)
    digest.combine(bytes: text.utf8)
    return digest.finish().hexadecimal
  }

  @Test func agreesWithThePublishedExamplesOfSHA1() {
    #expect(hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d")
    #expect(hex("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
    #expect(
      hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        == "84983e441c3bd26ebaae4aa1f95129e5e54670f1")
    #expect(
      hex(String(repeating: "a", count: 1000))
        == "291e9a6c66994949b57ba5e650361e98fc36b1ba")
  }

  @Test func filesContentIsTakenWhole() throws {
    let folder = try TemporaryFolder()
    let bytes = [UInt8]((0..<2_500_000).map { UInt8(truncatingIfNeeded: $0) })
    try folder.write(Data(bytes), "long")
    let ofFile = MessageDigest(.sha256)
    try ofFile.combine(contentOf: RawFile(folder.file("long"), O_RDONLY))
    let ofBytes = MessageDigest(.sha256)
    ofBytes.combine(bytes: bytes)
    let (fromFile, fromBytes) = (ofFile.finish(), ofBytes.finish())
    #expect(fromFile == fromBytes)
  }
}
