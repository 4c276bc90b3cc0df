import Files
import Foundation

/// How long the states of each layer are on average. A weight says how much
/// of a layer a head takes only together with it.
package struct StateNorms: Codable, Equatable, Sendable {
  /// The file in an experiment's folder.
  package static let fileName = "state_norms.json"

  /// The mean length of a state, the shallowest layer first.
  package var norms: [Double]
  /// Those that were looked at.
  package var utterances: Int
  /// Whether the states are means over an utterance's frames.
  package var areMeans: Bool

  package init(norms: [Double], utterances: Int, areMeans: Bool) {
    self.norms = norms
    self.utterances = utterances
    self.areMeans = areMeans
  }

  /// nil if there are none that can be read.
  package static func read(fromFolder folder: String) -> StateNorms? {
    FileManager.default.contents(atPath: folder + "/" + fileName)
      .flatMap { try? JSONDecoder().decode(Self.self, from: $0) }
  }

  package func write(toFolder folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    try AtomicFile.write(
      encoder.encode(self), to: folder + "/" + Self.fileName)
  }
}
