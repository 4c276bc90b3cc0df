import Files
import Foundation

/// What a head said of a few utterances at one step of its training.
package struct TrainingSnapshot: Codable, Equatable, Sendable {
  /// The folder in an experiment's, with a file for each step.
  package static let folderName = "snapshots"

  package struct Item: Codable, Equatable, Sendable {
    package var id: String
    /// What is really said, if the task tells.
    package var truth: String?
    /// In the task's natural form: words, a label, lines of RTTM.
    package var said: String
    /// Of a CTC head: what its symbols are called that were ever likely.
    package var symbols: [String]?
    /// [symbols][parts of the utterance], the highest probability within each
    /// part; rounded to hundredths.
    package var posteriors: [[Double]]?

    package init(
      id: String, truth: String? = nil, said: String,
      symbols: [String]? = nil, posteriors: [[Double]]? = nil
    ) {
      self.id = id
      self.truth = truth
      self.said = said
      self.symbols = symbols
      self.posteriors = posteriors
    }
  }

  package var step: Int
  package var split: String
  package var items: [Item]

  package init(step: Int, split: String, items: [Item]) {
    self.step = step
    self.split = split
    self.items = items
  }

  /// Writes `snapshots/<step>.json`.
  package func write(toFolder folder: String) throws {
    let place = folder + "/" + Self.folderName
    try makeFolder(place)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(encoder.encode(self), to: "\(place)/\(step).json")
  }

  /// Those that an experiment's folder keeps, by step.
  package static func all(inFolder folder: String) -> [TrainingSnapshot] {
    let place = folder + "/" + folderName
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place))
    return (names ?? []).filter { $0.hasSuffix(".json") }.compactMap { name in
      FileManager.default.contents(atPath: place + "/" + name).flatMap {
        try? JSONDecoder().decode(Self.self, from: $0)
      }
    }
    .sorted { $0.step < $1.step }
  }
}
