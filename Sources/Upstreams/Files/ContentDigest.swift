import CCrypto
import Diagnostics
import Foundation

/// 256 bits that name a content: a SHA-256.
package struct ContentDigest: Hashable, Sendable, Comparable {
  private var words: SIMD4<UInt64>

  /// The first 64 bits.
  var firstWord: UInt64 { words[0].bigEndian }

  /// - Parameter bytes: 32 of them.
  package init(bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == ContentDigest.byteCount)
    words = bytes.loadUnaligned(as: SIMD4<UInt64>.self)
  }

  static let byteCount = 32

  /// The 32 bytes; the pointer must not leave the closure.
  package func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R)
    rethrows -> R
  {
    try Swift.withUnsafeBytes(of: words, body)
  }

  /// 64 lower-case hexadecimal digits.
  package var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return withUnsafeBytes { bytes in
      String(
        decoding: bytes.flatMap {
          [digits[Int($0 >> 4)], digits[Int($0 & 15)]]
        },
        as: UTF8.self)
    }
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

/// SHA-256 in steps.
package struct DigestHasher: ~Copyable {
  private let context: OpaquePointer

  package init() {
    guard let context = EVP_MD_CTX_new(),
      EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    else { preconditionFailure("libcrypto has no SHA-256 to offer") }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// The bytes alone, so that pieces give what the whole gives.
  package func combine(bytes: UnsafeRawBufferPointer) {
    EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  /// The bytes alone, of a file that was read whole.
  package func combine(bytes data: Data) {
    data.withUnsafeBytes { combine(bytes: $0) }
  }

  /// A field of a key: preceded by its length, so that two neighbours cannot
  /// be told apart in two ways.
  package func combine(_ text: String) {
    var text = text
    combine(text.utf8.count)
    text.withUTF8 { combine(bytes: UnsafeRawBufferPointer($0)) }
  }

  package func combine(_ number: Int) {
    Swift.withUnsafeBytes(of: Int64(number).littleEndian) {
      combine(bytes: $0)
    }
  }

  func combine(_ digest: ContentDigest) {
    digest.withUnsafeBytes { combine(bytes: $0) }
  }

  /// What a file's content is taken to depend on where reading it would take
  /// too long.
  ///
  /// - Throws: `UserError` if there is no such file.
  func combine(sizeAndTimeOf path: String) throws {
    var status = stat()
    if stat(path, &status) != 0 {
      throw UserError.system("cannot look at the file", path)
    }
    combine(Int(status.st_size))
    combine(Int(status.st_mtim.tv_sec))
    combine(Int(status.st_mtim.tv_nsec))
  }

  package consuming func finish() -> ContentDigest {
    withUnsafeTemporaryAllocation(
      byteCount: ContentDigest.byteCount, alignment: 8
    ) { bytes in
      EVP_DigestFinal_ex(
        context, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
      return ContentDigest(bytes: UnsafeRawBufferPointer(bytes))
    }
  }
}
