import Diagnostics

/// Files of weights in whichever format they are.
package enum WeightsFile {
  /// Opens a file by what it begins with, not by its name; an index of shards
  /// is known by its name.
  ///
  /// - Throws: `UserError` that names the file and the reason.
  package static func open(_ path: String) throws -> any TensorFile {
    if path.hasSuffix(".index.json") { return try ShardedTensors(path: path) }
    guard TorchCheckpoint.isCheckpoint(path) else {
      do {
        return try SafeTensors(path: path)
      } catch
        where [".bin", ".pt", ".pth", ".ckpt"].contains(where: {
          path.hasSuffix($0)
        })
      {
        // Refused as what its name says that it is.
        _ = try TorchCheckpoint(path: path)
        throw error
      }
    }
    let checkpoint = try TorchCheckpoint(path: path)
    let content = checkpoint.content["state_dict"] ?? checkpoint.content
    return TorchTensors(checkpoint, in: content)
  }
}
