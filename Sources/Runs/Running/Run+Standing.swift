import Foundation
import Records

/// Results of earlier runs, and whether they are still what they were.
extension Run {
  /// The cell's result, if everything that it rests on is as it was.
  func standingResult(_ cell: RunCell) -> ExperimentResult? {
    guard let result = finishedResult(cell.folder) else { return nil }
    switch standing.verdict(of: cell) {
    case .same: return result
    case .moved:
      standing.refresh(cell)
      return result
    case .otherNames, .changed, nil: return nil
    }
  }

  /// Whether the experiment needs no worker.
  func holds(_ experiment: Experiment, _ folder: String) -> Bool {
    switch standing.verdict(of: experiment, in: folder) {
    case .same, .moved: true
    case .otherNames, .changed, nil: false
    }
  }

  /// Whether the experiment has ended well and nothing says that it has to be
  /// trained again; its worker may find out.
  func hasResult(_ experiment: Experiment, _ folder: String) -> Bool {
    standing.verdict(of: experiment, in: folder)?.mayStand == true
  }

  /// Says why the cell is trained again although the user may take it for one
  /// that is done: its corpus has changed, or something else that a signature
  /// covers and nobody has asked to change.
  func tellWhyStale(_ cell: RunCell) {
    for (experiment, folder) in cell.experiments {
      guard
        case .changed(let files) = standing.verdict(of: experiment, in: folder)
      else { continue }
      watch(
        .notice(
          cell, fold: experiment.fold,
          "the corpus has changed since its result was made"
            + " (\(CorpusStamp.Verdict.names(files))): it is trained again, and"
            + " the result is kept in \(folder)/\(ExperimentResult.earlierName)"
        ))
    }
    guard let (experiment, folder) = cell.experiments.first,
      finishedResult(cell.folder) == nil,
      !FileManager.default.fileExists(
        atPath: folder + "/" + Experiment.fileName),
      let (earlier, reasons) = earlierCell(experiment, besides: cell.folder)
    else { return }
    watch(
      .notice(
        cell, fold: nil,
        "the result in \(earlier) does not stand for this: "
          + reasons.joined(separator: "; ") + ". It is trained anew"))
  }

  /// The newest cell beside that the user has asked for in the same words,
  /// and what has changed since.
  private func earlierCell(
    _ experiment: Experiment, besides folder: String
  ) -> (String, [String])? {
    let place = (folder as NSString).deletingLastPathComponent
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
    let below = experiment.fold.map { "/" + $0 } ?? ""
    var found: (time: String, folder: String, reasons: [String])?
    for name in names.sorted() {
      let other = place + "/" + name
      guard other != folder,
        let result = ExperimentResult.read(fromFolder: other),
        result.status == .done,
        let stored = try? Experiment.read(from: other + below),
        let reasons = experiment.staleness(of: stored), !reasons.isEmpty,
        found.map({ $0.time < result.finishedAt }) ?? true
      else { continue }
      found = (result.finishedAt, other, reasons)
    }
    return found.map { ($0.folder, $0.reasons) }
  }
}
