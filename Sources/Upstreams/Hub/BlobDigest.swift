import CCrypto
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
    case 64: return try hash(file, EVP_sha256()) == tag.lowercased()
    case 40:
      let head = "blob \(try file.size())\0"
      return try hash(file, EVP_sha1(), head) == tag.lowercased()
    default: return nil
    }
  }

  private static func hash(
    _ file: RawFile, _ kind: OpaquePointer?, _ head: String = ""
  ) throws -> String {
    guard let context = EVP_MD_CTX_new() else { return "" }
    defer { EVP_MD_CTX_free(context) }
    EVP_DigestInit_ex(context, kind, nil)
    EVP_DigestUpdate(context, head, head.utf8.count)
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    var position = 0
    while true {
      let count = try file.read(into: buffer, at: position)
      if count == 0 { break }
      EVP_DigestUpdate(context, buffer.baseAddress, count)
      position += count
    }
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    EVP_DigestFinal_ex(context, &digest, &count)
    return digest.prefix(Int(count)).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
