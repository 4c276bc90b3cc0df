import Files
import Foundation
import Records
import Training

extension FoundCell {
  /// A part of what is trained.
  package struct Parameter: Codable, Equatable, Sendable {
    package var name: String
    package var shape: [Int]

    package var count: Int { shape.reduce(1, *) }
  }

  /// What each of its experiments is doing, as the run says; empty where none
  /// knows of it.
  package var states: [RunStatus.Experiment] {
    let all = (try? RunStatus.all(in: root))?.first?.experiments ?? []
    let own = RunRecord.below(root, folder)
    return all.filter {
      $0.folder == own || $0.folder.hasPrefix(own + "/")
    }
  }

  /// Whether the run that it belongs to, or a job of its own, is under way.
  package var isRunning: Bool {
    (try? FileLock.isHeld(path: root + "/" + RunRecord.lockName)) == true
      || trainedFolders.contains {
        JobMarker.read(from: $0)?.isAlive == true
      }
  }

  /// The head's layers as its checkpoint has them; empty without one.
  package var parameters: [Parameter] {
    for folder in trainedFolders {
      let path =
        (try? CheckpointPath.toAsk(folder))?.first
        ?? (try? CheckpointPath.toContinue(folder))
      guard let path, let checkpoint = try? StoredCheckpoint(path: path) else {
        continue
      }
      return checkpoint.parameters.map {
        Parameter(name: $0.name, shape: $0.shape)
      }
    }
    return []
  }

  /// The utterances of each split; nil before they were counted.
  package var counts: DataCounts? {
    trainedFolders.lazy.compactMap(DataCounts.read(from:)).first
  }

  /// One figure of a curve.
  package struct Scalar: Codable, Sendable {
    package var name: String
    package var step: Int
    package var value: Double?
  }

  /// All figures so far, of a folder in which something is trained.
  package static func curve(of folder: String) -> [Scalar] {
    let bytes =
      FileManager.default.contents(atPath: folder + "/scalars.jsonl") ?? Data()
    return bytes.split(separator: UInt8(ascii: "\n")).compactMap {
      try? JSONDecoder().decode(Scalar.self, from: $0)
    }
  }
}
