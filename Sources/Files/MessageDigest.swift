import CCrypto
import Foundation

/// A digest of bytes in steps, by the system's libcrypto.
package struct MessageDigest: ~Copyable {
  package enum Algorithm {
    /// 20 bytes. For what others have named by it, never for security.
    case sha1
    /// 32 bytes.
    case sha256
  }

  private let context: OpaquePointer

  package init(_ algorithm: Algorithm) {
    let kind =
      switch algorithm {
      case .sha1: EVP_sha1()
      case .sha256: EVP_sha256()
      }
    guard let context = EVP_MD_CTX_new(),
      EVP_DigestInit_ex(context, kind, nil) == 1
    else { preconditionFailure("libcrypto has no \(algorithm) to offer") }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// The bytes alone, so that pieces give what the whole gives.
  package func combine(bytes: UnsafeRawBufferPointer) {
    EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  package func combine(bytes: some Sequence<UInt8>) {
    Array(bytes).withUnsafeBytes { combine(bytes: $0) }
  }

  /// A file from its first byte to its last, a megabyte at a time.
  ///
  /// - Throws: `UserError` if it cannot be read.
  package func combine(contentOf file: RawFile) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    var position = 0
    while true {
      let count = try file.read(into: buffer, at: position)
      if count == 0 { return }
      combine(bytes: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      position += count
    }
  }

  package consuming func finish() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    EVP_DigestFinal_ex(context, &digest, &count)
    return Array(digest.prefix(Int(count)))
  }
}

extension Sequence where Element == UInt8 {
  /// Two lower-case hexadecimal digits a byte.
  package var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
      as: UTF8.self)
  }
}
