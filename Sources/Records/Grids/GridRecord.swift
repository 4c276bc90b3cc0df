import Diagnostics
import Files
import Foundation

/// What a grid has tried: which cells of a run belong to it, and what each of
/// them was given. It lies beside the cells, so that whoever reads results
/// knows which of them competed.
package struct GridRecord: Codable, Equatable, Sendable {
  package struct Cell: Codable, Equatable, Sendable {
    package var upstream: String
    package var task: String
    /// Below the run's folder.
    package var folder: String
    /// What it was given, by the keys of the grid, as text.
    package var values: [String: String]

    package init(
      upstream: String, task: String, folder: String,
      values: [String: String]
    ) {
      self.upstream = upstream
      self.task = task
      self.folder = folder
      self.values = values
    }
  }

  /// What varies besides upstream and task, in the grid's order.
  package var keys: [String]
  package var cells: [Cell]

  package static let fileName = "grid.json"
  /// The key that no choice is made by.
  package static let seedKey = "args.seed"

  package init(keys: [String], cells: [Cell]) {
    self.keys = keys
    self.cells = cells
  }

  /// The keys of ``keys`` that something is chosen by.
  package var chosenKeys: [String] { keys.filter { $0 != Self.seedKey } }

  /// The record in a run's folder; nil if there is none that can be read.
  package static func read(from root: String) -> GridRecord? {
    FileManager.default.contents(atPath: root + "/" + fileName).flatMap {
      try? JSONDecoder().decode(GridRecord.self, from: $0)
    }
  }

  package func write(to root: String) throws {
    try makeFolder(root)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [
      .sortedKeys, .prettyPrinted, .withoutEscapingSlashes,
    ]
    try AtomicFile.write(
      try encoder.encode(self), to: root + "/" + Self.fileName)
  }
}
