import Diagnostics
import Files
import Foundation
import Hosting
import Records
import Upstreams

/// The folder of one experiment: checkpoints, scalars, log, predictions and
/// the task's own files.
package final class ExperimentFolder {
  package let path: String
  let checkpoints: CheckpointFolder
  private let logFile: AppendedFile
  private let tell: (String) -> Void
  private let observers: [any TrainingObserver]
  /// The best value logged so far, by split and metric.
  package private(set) var best: [String: Double] = [:]

  /// - Parameters:
  ///   - scalarPrefix: what scalars are called by, with the fold.
  ///   - experiment: goes into the checkpoints.
  ///   - observers: told of every scalar, besides `scalars.jsonl` and the
  ///     event file.
  ///   - notice: told of damage that was worked around.
  package init(
    path: String, scalarPrefix: String, experiment: Experiment? = nil,
    observers: [any TrainingObserver] = [],
    notice: @escaping (String) -> Void = { _ in }
  ) throws {
    self.path = path
    try makeFolder(path)
    CheckpointFolder.removeUnfinished(in: path)
    let logFile = try AppendedFile(path: path + "/log.log")
    self.logFile = logFile
    self.observers =
      [
        try ScalarLog(path: path + "/scalars.jsonl", prefix: scalarPrefix),
        try EventFile(folder: path, prefix: scalarPrefix),
      ] + observers
    let tell = { (text: String) in
      notice(text)
      try? logFile.append(text + "\n")
    }
    self.tell = tell
    checkpoints = CheckpointFolder(
      path: path, experiment: experiment, report: tell)
    checkpoints.checkMarks = { [observers] marks in
      for observer in observers {
        try observer.check(marks[observer.name] ?? 0)
      }
    }
  }

  /// Tells the user, and the log, of something that was worked around.
  package func notice(_ text: String) { tell(text) }

  /// The lock that a worker holds while it works here.
  package static let lockName = ".lock"

  /// Removes what an earlier attempt has left, but for results that were put
  /// aside and what the cell says of itself; nothing where no experiment lies.
  ///
  /// - Throws: `UserError` for a symbolic link, behind which are files of
  ///   somebody else.
  package static func clear(_ path: String) throws {
    try refuseLink(path)
    let files = FileManager.default
    guard files.fileExists(atPath: path + "/" + Experiment.fileName) else {
      return
    }
    for name in (try? files.contentsOfDirectory(atPath: path)) ?? []
    where ![
      lockName, ExperimentResult.earlierName, CellRecord.fileName,
      CellRecord.configName,
    ].contains(name) {
      try? files.removeItem(atPath: path + "/" + name)
    }
  }

  /// - Throws: `UserError` if an experiment's folder is a symbolic link.
  package static func refuseLink(_ path: String) throws {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else {
      return
    }
    throw UserError(
      "the experiment's folder is a symbolic link, and nothing behind it is"
        + " removed", at: path,
      fix: "remove the link, or name another folder with --runs")
  }

  package func log(_ line: String) throws {
    try logFile.append(line + "\n")
  }

  /// Keeps what the expert reported of `split` at `step`: scalars, log,
  /// files and predictions.
  ///
  /// - Parameter archives: whether the predictions are kept for good, too, as
  ///   `<split>-<step>.jsonl`.
  /// - Parameter flushed: false for files that the next evaluation replaces.
  package func record(
    _ records: SplitRecords, split: String, step: Int, expert: Expert,
    archives: Bool = false, flushed: Bool = true
  ) throws {
    try draw(records, as: split, step: step)
    try keep(
      records, split: split, step: step, expert: expert, flushed: flushed)
    if archives {
      try records.writePredictions(to: path, split: "\(split)-\(step)")
    }
  }

  /// Keeps figures alone, as curves and in the log, under a name of their
  /// own.
  func recordFigures(
    of records: SplitRecords, as name: String, step: Int
  ) throws {
    try draw(records, as: name, step: step)
    for (metric, value) in records.metrics {
      try log("\(name) at step \(step): \(metric) \(value)")
    }
  }

  private func draw(
    _ records: SplitRecords, as name: String, step: Int
  ) throws {
    for (metric, value) in records.metrics {
      for observer in observers {
        try observer.scalar(metric, of: name, value, step: step)
      }
    }
  }

  /// Keeps what the expert reported of `split` with the state of `step`, but
  /// for scalars. The log has s3prl's lines of the ranking metric, and those
  /// of others with their names; nothing is the best on a test split.
  func keep(
    _ records: SplitRecords, split: String, step: Int, expert: Expert,
    flushed: Bool = true
  ) throws {
    let isTest = expert.description.testSplits.contains(split)
    for (name, value) in records.metrics {
      let isPrimary = name == expert.description.metrics.first?.name
      let shown = isPrimary ? "\(value)" : "\(name) \(value)"
      try log("\(split) at step \(step): \(shown)")
      guard
        let metric = expert.description.metrics.first(where: {
          $0.name == name
        })
      else { continue }
      let key = split + "-" + name
      let isBetter =
        best[key].map {
          $0.isNaN || (metric.higherIsBetter ? value > $0 : value < $0)
        } ?? true
      if isBetter {
        best[key] = value
        if isTest { continue }
        try log("New best on \(split) at step \(step): \(shown)")
      }
    }
    try records.write(to: path, split: split, flushed: flushed)
  }

  /// How far each observer has written, durably unless that may be lost with
  /// the machine's power.
  package func marks(flushed: Bool = true) throws -> [String: Int] {
    var marks: [String: Int] = [:]
    for observer in observers {
      marks[observer.name] = try observer.mark(flushed: flushed)
    }
    return marks
  }

  /// Takes the observers back to where `progress` left them; to the start if
  /// there is none.
  func rewind(to progress: TrainingProgress?) throws {
    for observer in observers {
      try observer.rewind(to: progress?.marks[observer.name] ?? 0)
    }
    best = progress?.bestValues ?? [:]
  }

  /// Removes what an earlier training has left in the way of a new one.
  func beginAnew() throws {
    checkpoints.clear()
    try rewind(to: nil)
  }
}
