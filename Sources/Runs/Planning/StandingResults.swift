import Files
import Foundation
import Records
import Synchronization
import Upstreams

/// Which results still hold: those that ended well, whose corpora are what
/// they were. Each is looked at once.
final class StandingResults: Sendable {
  private struct State {
    var verdicts: [String: CorpusStamp.Verdict] = [:]
    var store: FeatureStore?
  }

  private let state = Mutex(State())
  /// Whether corpora are read, whatever the disk says of them.
  private let readsAll: Bool

  init(readsAll: Bool) {
    self.readsAll = readsAll
  }

  /// What has become of the corpora that the experiment's result rests on;
  /// nil if it has no result that ended well.
  func verdict(
    of experiment: Experiment, in folder: String
  ) -> CorpusStamp.Verdict? {
    state.withLock { state in
      // What was put aside since is still what it was.
      if let known = state.verdicts[folder] { return known }
      guard ExperimentResult.read(fromFolder: folder)?.status == .done else {
        return nil
      }
      // An older version has left none: the task knows.
      let verdict =
        CorpusStamp.read(fromFolder: folder)?.verdict(
          in: experiment.corpora, readsAll: readsAll,
          digest: { try digest($0, in: experiment.store, &state.store) })
        ?? .otherNames
      state.verdicts[folder] = verdict
      return verdict
    }
  }

  /// The folder's result is gone.
  func forget(_ folder: String) {
    _ = state.withLock { $0.verdicts.removeValue(forKey: folder) }
  }

  /// What has become of all of a cell's experiments: nil unless each has a
  /// result that ended well.
  func verdict(of cell: RunCell) -> CorpusStamp.Verdict? {
    var whole: CorpusStamp.Verdict?
    for (experiment, folder) in cell.experiments {
      guard let one = verdict(of: experiment, in: folder) else { return nil }
      switch (whole, one) {
      case (.changed, _): break
      case (nil, _), (_, .changed), (.same, _), (.moved, .otherNames):
        whole = one
      default: break
      }
    }
    return whole
  }

  /// Writes down how corpora are described now that have moved, so that they
  /// are not read again.
  func refresh(_ cell: RunCell) {
    for (experiment, folder) in cell.experiments {
      if case .moved(let now) = verdict(of: experiment, in: folder) {
        // A folder that refuses costs time, and no number.
        try? now.write(toFolder: folder)
      }
    }
  }

  private func digest(
    _ path: String, in root: String, _ store: inout FeatureStore?
  ) throws -> ContentDigest {
    // Whoever only asks leaves no store behind.
    if store == nil, FileManager.default.fileExists(atPath: root) {
      store = try FeatureStore(root: root)
    }
    guard let store else { return try FeatureStore.digest(reading: path) }
    return try store.digest(ofFile: path, anew: readsAll)
  }
}
