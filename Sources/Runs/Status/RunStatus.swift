import Diagnostics
import Files
import Foundation
import Records

/// How far a run has come, cell by cell: from its results, and for what has
/// none from what the run writes about itself.
package struct RunStatus: Codable, Sendable {
  package enum State: String, Codable, Sendable {
    /// Not begun, or to be tried again.
    case waiting
    case running
    /// Begun, and the run is no longer there.
    case interrupted
    /// Given to a scheduler, and not begun.
    case queued
    /// As that, and the scheduler will not begin by itself.
    case held
    /// Ended because its time was up.
    case timedOut = "timed-out"
    /// Gone from where it was running or queued, without a word.
    case lost
    case done
    case failed
  }

  /// One experiment: a cell, or a fold of one.
  package struct Experiment: Codable, Sendable {
    package var upstream: String
    package var task: String
    package var fold: String?
    /// Below the run's folder.
    package var folder: String
    package var state: State
    /// What it does or did last: `extracting`, `training`.
    package var phase: String?
    /// Utterances, steps, batches: of the phase.
    package var done: Int?
    package var total: Int?
    package var note: String?
    /// Seconds to the end of the phase.
    package var secondsLeft: Double?
    /// Why it has failed, or why it waits.
    package var reason: String?
    /// Whose it is, as the scheduler calls it: `123_4`.
    package var job: String?
    /// Where it runs, or has run last.
    package var host: String?
    /// How often it was queued anew.
    package var restarts: Int?
    /// What it took, if it has ended.
    package var wallSeconds: Double?
    /// The ranking figure, if there is one.
    package var metric: ExperimentResult.Metric?
    /// Steps of training without a finite loss and gradient; nil for none.
    package var unsoundSteps: UnsoundSteps?
    /// What its result warns of; nil if that is nothing.
    package var warnings: [String]?
  }

  /// The run's folder.
  package var root: String
  /// Whether a process works on it now.
  package var isRunning: Bool
  /// Seconds to the end of the run, if that can be told.
  package var secondsLeft: Double?
  package var experiments: [Experiment]
  /// Jobs that extract for them; nil if there are none.
  package var extraction: Extraction?

  /// How far jobs have come that fill the store together.
  package struct Extraction: Codable, Equatable, Sendable {
    package var jobs: Int
    package var done = 0
    package var running = 0

    package init(jobs: Int) { self.jobs = jobs }
  }

  package func count(_ state: State) -> Int {
    experiments.filter { $0.state == state }.count
  }
}

extension RunStatus {
  /// Every run in `folder`: the run that it holds, or those below it.
  ///
  /// - Throws: ``UserError`` if there is none.
  package static func all(in folder: String) throws -> [RunStatus] {
    if let one = try RunStatus(root: folder) { return [one] }
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let runs = try names.sorted().compactMap {
      try RunStatus(root: folder + "/" + $0)
    }
    guard !runs.isEmpty else {
      throw UserError(
        "there is no run here", at: folder,
        fix: "name the folder that superb run has written its results to")
    }
    return runs
  }

  /// Nil if no run has written to `root`.
  init?(root: String) throws {
    guard let record = try RunRecord.read(from: root) else { return nil }
    self.root = root
    let isRunning = try FileLock.isHeld(path: root + "/" + RunRecord.lockName)
    self.isRunning = isRunning
    experiments = record.cells.flatMap { cell in
      cell.experiments.isEmpty
        ? [Experiment(cell, nil, record, root: root, isRunning: isRunning)]
        : cell.experiments.map {
          Experiment(cell, $0, record, root: root, isRunning: isRunning)
        }
    }
    secondsLeft = isRunning ? left(jobs: record.jobs) : nil
  }

  /// What runs now, and for each that waits the mean of those that ran.
  private func left(jobs: Int) -> Double? {
    let running = experiments.filter { $0.state == .running }
    let known = running.compactMap(\.secondsLeft)
    guard known.count == running.count else { return nil }
    let waiting = count(.waiting)
    guard waiting > 0 else { return known.max() ?? 0 }
    let past = experiments.compactMap(\.wallSeconds).filter { $0 > 0 }
    guard !past.isEmpty else { return nil }
    let mean = past.reduce(0, +) / Double(past.count)
    return (known.reduce(0, +) + mean * Double(waiting)) / Double(max(1, jobs))
  }
}

extension RunStatus.Experiment {
  fileprivate init(
    _ cell: RunRecord.Cell, _ experiment: RunRecord.Experiment?,
    _ record: RunRecord, root: String, isRunning: Bool
  ) {
    upstream = cell.upstream
    task = cell.task
    fold = experiment?.fold
    folder = experiment?.folder ?? cell.folder
    // It is removed when an experiment begins anew.
    if let result = ExperimentResult.read(fromFolder: root + "/" + folder) {
      // A failure of an earlier run is tried again by this one. Results know
      // their second.
      let isOld = isRunning && result.ended < record.started - 1
      state =
        result.status == .done ? .done : isOld ? .waiting : .failed
      reason = state == .failed ? result.failure?.reason : nil
      wallSeconds = state == .waiting ? nil : result.cost.wallSeconds
      metric = result.primaryMetric
      unsoundSteps = result.unsoundSteps
      warnings = result.warnings.isEmpty ? nil : result.warnings
      return
    }
    let marker =
      isRunning ? nil : JobMarker.read(from: root + "/" + folder)
    if let marker {
      (job, host, restarts) = (marker.job, marker.host, marker.restarts)
    }
    guard let activity = marker?.activity ?? experiment?.activity else {
      state = marker.map(Self.state) ?? .waiting
      return
    }
    state = marker.map(Self.state) ?? (isRunning ? .running : .interrupted)
    phase = activity.phase
    if activity.total > 0 { (done, total) = (activity.done, activity.total) }
    note = activity.note
    secondsLeft = state == .running ? activity.secondsLeft : nil
  }

  /// What a job that has left no result is doing, if no scheduler knows more.
  private static func state(_ marker: JobMarker) -> RunStatus.State {
    if marker.isAlive { return .running }
    if marker.ranOutOfTime { return .timedOut }
    // Of a scheduler's job the scheduler knows more.
    return marker.end == nil && marker.job == nil ? .lost : .interrupted
  }
}

extension ExperimentResult {
  fileprivate var ended: Date {
    (try? Date(finishedAt, strategy: .iso8601)) ?? .distantPast
  }
}
