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
    switch tag.utf8.count {
    case 64: return try hash(file, .sha256) == tag.lowercased()
    case 40:
      let head = "blob \(try file.size())\0"
      return try hash(file, .sha1, head) == tag.lowercased()
    default: return nil
    }
  }

  private static func hash(
    _ file: RawFile, _ kind: MessageDigest.Algorithm, _ head: String = ""
  ) throws -> String {
    let digest = MessageDigest(kind)
    digest.combine(bytes: head.utf8)
    try digest.combine(contentOf: file)
    return digest.finish().hexadecimal
  }
}
