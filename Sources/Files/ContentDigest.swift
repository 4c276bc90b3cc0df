/// 256 bits that name a content: a SHA-256.
package struct ContentDigest: Hashable, Sendable, Comparable {
  private var words: SIMD4<UInt64>

  /// The first 64 bits.
  package var firstWord: UInt64 { words[0].bigEndian }

  /// - Parameter bytes: 32 of them.
  package init(bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == ContentDigest.byteCount)
    words = bytes.loadUnaligned(as: SIMD4<UInt64>.self)
  }

  package static let byteCount = 32

  /// The 32 bytes; the pointer must not leave the closure.
  package func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R)
    rethrows -> R
  {
    try Swift.withUnsafeBytes(of: words, body)
  }

  /// 64 lower-case hexadecimal digits.
  package var hexadecimal: String {
    withUnsafeBytes { $0.hexadecimal }
  }

  package static func < (a: ContentDigest, b: ContentDigest) -> Bool {
    for i in 0..<4 where a.words[i] != b.words[i] {
      return a.words[i].bigEndian < b.words[i].bigEndian
    }
    return false
  }

  package func hash(into hasher: inout Hasher) {
    // The bits are uniform already.
    hasher.combine(words[0])
  }
}

extension ContentDigest: CustomStringConvertible {
  package var description: String { hexadecimal }
}
