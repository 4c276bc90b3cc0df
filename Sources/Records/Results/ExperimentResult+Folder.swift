import Files
import Foundation
import Upstreams

extension ExperimentResult {
  /// The result in an experiment's or a cell's folder; nil if there is none
  /// that can be read.
  package static func read(fromFolder folder: String) -> ExperimentResult? {
    FileManager.default.contents(atPath: folder + "/" + fileName)
      .flatMap { try? decoded(from: $0) }
  }

  /// Makes this the folder's result, whole or not at all.
  package func write(toFolder folder: String) throws {
    try AtomicFile.write(encoded(), to: folder + "/" + Self.fileName)
  }
}
