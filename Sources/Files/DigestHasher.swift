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

  /// The bytes of a file alone.
  ///
  /// - Throws: `UserError` if it cannot be read.
  package func combine(contentOf file: RawFile) throws {
    try digest.combine(contentOf: file)
  }

  /// Fields of a key, one after the other.
  package func combine(_ fields: any DigestField...) {
    for field in fields { field.combine(into: self) }
  }

  /// What a file's content is taken to depend on where reading it would take
  /// too long.
  ///
  /// - Throws: `UserError` if there is no such file.
  package func combine(sizeAndTimeOf path: String) throws {
    guard let status = fileStatus(path) else {
      throw UserError.system("cannot look at the file", path)
    }
    combine(
      Int(status.st_size), Int(status.st_mtim.tv_sec),
      Int(status.st_mtim.tv_nsec))
  }

  package consuming func finish() -> ContentDigest {
    digest.finish().withUnsafeBytes { ContentDigest(bytes: $0) }
  }
}

/// What a field of a key may be.
package protocol DigestField {
  func combine(into hasher: borrowing DigestHasher)
}

/// A text is preceded by its length, so that two neighbours cannot be told
/// apart in two ways.
extension String: DigestField {
  package func combine(into hasher: borrowing DigestHasher) {
    var text = self
    text.utf8.count.combine(into: hasher)
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

extension Int: DigestField {
  package func combine(into hasher: borrowing DigestHasher) {
    withUnsafeBytes(of: Int64(self).littleEndian) { hasher.combine(bytes: $0) }
  }
}

extension ContentDigest: DigestField {
  /// The digest of fields, one after the other.
  package init(of fields: any DigestField...) {
    let hasher = DigestHasher()
    for field in fields { field.combine(into: hasher) }
    self = hasher.finish()
  }

  package func combine(into hasher: borrowing DigestHasher) {
    withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}
