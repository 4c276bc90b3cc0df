import Files
import Foundation

/// What the hub calls a content: the SHA-256 of a large file, and of a small
/// one what git calls it, the SHA-1 of its length and its bytes.
enum BlobDigest {
  /// Whether a name promises a content.
  static func isPromise(_ tag: String) -> Bool {
    [40, 64].contains(tag.utf8.count)
      && tag.allSatisfy { $0.isASCII && $0.isHexDigit }
  }

  /// Whether a file is what its name promises; nil if the name promises
  /// nothing.
  static func matches(_ path: String, tag: String) throws -> Bool? {
    guard isPromise(tag) else { return nil }
    let file = try RawFile(path, O_RDONLY)
    let isLarge = tag.utf8.count == 64
    let digest = MessageDigest(isLarge ? .sha256 : .sha1)
    if !isLarge { digest.combine(bytes: "blob \(try file.size())\0".utf8) }
    try digest.combine(contentOf: file)
    return digest.finish().hexadecimal == tag.lowercased()
  }
}
