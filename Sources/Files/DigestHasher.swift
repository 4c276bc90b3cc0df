import Diagnostics
import Foundation

/// Makes a ``ContentDigest`` of fields and bytes, in steps.
package struct DigestHasher: ~Copyable {
  private let digest = MessageDigest(.sha256)

  package init() {}

  /// The bytes alone, so that pieces give what the whole gives.
  package func combine(bytes: UnsafeRawBufferPointer) {
    digest.combine(bytes: bytes)
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

  package func combine(_ digest: ContentDigest) {
    digest.withUnsafeBytes { combine(bytes: $0) }
  }

  /// What a file's content is taken to depend on where reading it would take
  /// too long.
  ///
  /// - Throws: `UserError` if there is no such file.
  package func combine(sizeAndTimeOf path: String) throws {
    var status = stat()
    if stat(path, &status) != 0 {
      throw UserError.system("cannot look at the file", path)
    }
    combine(Int(status.st_size))
    combine(Int(status.st_mtim.tv_sec))
    combine(Int(status.st_mtim.tv_nsec))
  }

  package consuming func finish() -> ContentDigest {
    digest.finish().withUnsafeBytes { ContentDigest(bytes: $0) }
  }
}
