import Diagnostics
import Files
import Foundation

/// What the store holds of one upstream.
package struct StoredUpstream: Sendable, Codable, Equatable {
  package var name: String
  package var digest: String
  /// Stored utterances; the views of one count separately.
  package var blocks: Int
  /// Bytes on disk.
  package var bytes: Int
  /// Seconds of audio in all blocks.
  package var audioSeconds: Double
  package var precisions: [FeaturePrecision]
  /// Blocks and index entries that are damaged, as far as it was looked at.
  package var damaged: Int
  /// When one of its packs was last opened or written.
  package var lastUsed: Date

  static let fileName = "upstream.json"

  /// Notes beside the blocks who computed them, if it is not noted yet.
  static func save(_ upstream: UpstreamDescription, folder: String) throws {
    let path = "\(folder)/\(fileName)"
    if access(path, F_OK) == 0 { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [
      .prettyPrinted, .sortedKeys, .withoutEscapingSlashes,
    ]
    try AtomicFile.write(try encoder.encode(upstream), to: path)
  }

  /// Who computed the blocks in a folder; nil if it is not a shelf.
  static func load(folder: String) -> UpstreamDescription? {
    guard
      let data = FileManager.default.contents(atPath: "\(folder)/\(fileName)")
    else { return nil }
    return try? JSONDecoder().decode(UpstreamDescription.self, from: data)
  }
}
