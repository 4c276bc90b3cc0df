import Testing

@testable import Files

struct ContentDigestTests {
  @Test func isSHA256() {
    let hasher = DigestHasher()
    Array("ab".utf8).withUnsafeBytes { hasher.combine(bytes: $0) }
    Array("c".utf8).withUnsafeBytes { hasher.combine(bytes: $0) }
    #expect(
      hasher.finish().hexadecimal
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func fieldsCannotRunIntoOneAnother() {
    func digest(_ fields: [String]) -> ContentDigest {
      let hasher = DigestHasher()
      for field in fields { hasher.combine(field) }
      return hasher.finish()
    }
    #expect(digest(["ab", "c"]) != digest(["a", "bc"]))
    #expect(digest(["abc"]) != digest(["abc", ""]))
  }

  @Test func sortsAsItsDigitsDo() {
    let digests = (0..<50).map { number in
      let hasher = DigestHasher()
      hasher.combine(number)
      return hasher.finish()
    }
    #expect(
      digests.sorted().map(\.hexadecimal)
        == digests.map(\.hexadecimal).sorted())
  }
}
