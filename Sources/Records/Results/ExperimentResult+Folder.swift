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

  /// In place of the upstream's digest, where its weights were never seen.
  package static let importedDigest = "imported"

  /// Whether another program has made the figures.
  package var isImported: Bool { upstream.digest == Self.importedDigest }

  /// The folder, below an experiment's, of results that were good for corpora
  /// that are no longer what they were.
  package static let earlierName = "earlier"

  /// Moves a result that is done out of the way of another, and removes one
  /// that has failed.
  package static func putAside(inFolder folder: String) throws {
    let place = folder + "/" + fileName
    if let result = read(fromFolder: folder), result.status == .done {
      let earlier = folder + "/" + earlierName
      try makeFolder(earlier)
      let time = result.finishedAt.replacingOccurrences(of: ":", with: "")
      // Two may have ended within one second.
      let taken = Set(try names(inFolder: earlier))
      let name =
        ([time] + (2...(taken.count + 2)).map { "\(time)-\($0)" })
        .map { $0 + ".json" }.first { !taken.contains($0) }
      try AtomicFile.put(place, at: "\(earlier)/\(name ?? time)")
    } else {
      try removeAll(place)
    }
  }

  /// Makes this the folder's result, whole or not at all.
  package func write(toFolder folder: String) throws {
    try AtomicFile.write(encoded(), to: folder + "/" + Self.fileName)
  }
}
