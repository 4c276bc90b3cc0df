import Files
import Foundation
import Records
import Upstreams
import Weights

extension StartingPoint {
  /// The checkpoint at `path`, whose digest is its own checksum; the file's,
  /// if it carries none.
  ///
  /// - Throws: `UserError` if there is no file of tensors.
  package init(path: String, kind: Kind) throws {
    if let known = try SafeTensors(path: path)
      .metadata[Checkpoint.checksumKey]
    {
      self.init(path: path, kind: kind, digest: known)
      return
    }
    let hash = DigestHasher()
    hash.combine(
      bytes: FileManager.default.contents(atPath: path) ?? Data())
    self.init(path: path, kind: kind, digest: hash.finish().hexadecimal)
  }
}
