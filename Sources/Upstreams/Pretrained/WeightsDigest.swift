import Diagnostics
import Files
import Foundation

/// The SHA-256 of files of weights, remembered from one run to the next.
///
/// A file is known by its path, size, inode and time of change; hashing a
/// large model takes seconds that every command would pay again.
struct WeightsDigest: Sendable {
  /// The folder with what is remembered; it can be removed at any time.
  let folder: String

  /// Beside the other things that can be made again.
  static func standard() -> WeightsDigest {
    WeightsDigest(folder: CacheFolder.standard().digests)
  }

  /// The digest of a file's bytes.
  ///
  /// - Throws: `UserError` if it cannot be read. What cannot be remembered is
  ///   not remembered.
  func digest(of path: String) throws -> String {
    let file = try RawFile(path, O_RDONLY)
    let status = try file.status()
    let resolved = realpath(path, nil)
    defer { free(resolved) }
    let key = ContentDigest(
      of: resolved.map { String(cString: $0) } ?? path, Int(status.st_size),
      Int(truncatingIfNeeded: status.st_ino), Int(status.st_mtim.tv_sec),
      Int(status.st_mtim.tv_nsec))
    let memory = "\(folder)/\(key.hexadecimal)"
    if let known = try? String(contentsOfFile: memory, encoding: .utf8),
      known.utf8.count == 64, known.allSatisfy(\.isHexDigit)
    {
      return known
    }
    let content = try FileMapping(file, count: Int(status.st_size))
    let whole = DigestHasher()
    withExtendedLifetime(content) { whole.combine(bytes: content.bytes) }
    let digest = whole.finish().hexadecimal
    // A file of this very second may change again without showing it.
    if time(nil) - status.st_mtim.tv_sec > 2 {
      try? makeFolder(folder)
      try? AtomicFile.write(Data(digest.utf8), to: memory)
    }
    return digest
  }
}
