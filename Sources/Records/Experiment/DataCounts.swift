import Files
import Foundation

/// How much data an experiment works with, as `data.json` in its folder.
package struct DataCounts: Codable, Sendable {
  /// Different ones, by split.
  package var utterances: [String: Int]

  package static let fileName = "data.json"

  package init(utterances: [String: Int]) {
    self.utterances = utterances
  }

  /// The counts in an experiment's folder; nil if there are none.
  package static func read(from folder: String) -> DataCounts? {
    FileManager.default.contents(atPath: folder + "/" + fileName).flatMap {
      try? JSONDecoder().decode(DataCounts.self, from: $0)
    }
  }

  package func write(to folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try AtomicFile.write(
      try encoder.encode(self), to: folder + "/" + Self.fileName,
      flushed: false)
  }
}
