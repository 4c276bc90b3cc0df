import Diagnostics
import Files
import Foundation
import Records
import Upstreams

/// What a run writes about itself while it goes: which cells it has, and what
/// each of its experiments is doing. `superb status` reads it.
///
/// Results are the truth about what has ended; this only says what is under
/// way.
package struct RunRecord: Codable, Equatable {
  struct Cell: Codable, Equatable {
    var upstream: String
    var task: String
    /// Below the run's folder.
    var folder: String
    var experiments: [Experiment]
  }

  struct Experiment: Codable, Equatable {
    var fold: String?
    /// Below the run's folder.
    var folder: String
    /// What it does; nil before it has begun and after it has ended.
    var activity: Activity?
  }

  struct Activity: Codable, Equatable {
    /// A few words: `training`.
    var phase: String
    var done: Int
    var total: Int
    var note: String?
    /// When the phase began, and how much was done by then.
    var began: Date
    var doneAtBeginning: Int
    var updated: Date

    /// What is done now, where `before` was done last.
    init(
      _ before: Activity?, phase: String, done: Int, total: Int,
      note: String? = nil, now: Date = Date()
    ) {
      let goesOn = before?.phase == phase && before?.total == total
      self.phase = phase
      self.done = done
      self.total = total
      self.note = note
      began = goesOn ? before?.began ?? now : now
      doneAtBeginning = goesOn ? before?.doneAtBeginning ?? done : done
      updated = now
    }

    /// Seconds to the end of the phase at the speed so far, nil if that
    /// cannot be told yet.
    var secondsLeft: Double? {
      let seconds = updated.timeIntervalSince(began)
      let passed = Double(done - doneAtBeginning)
      guard passed > 0, seconds > 0, total >= done else { return nil }
      return seconds / passed * Double(total - done)
    }
  }

  var started: Date
  /// Experiments at a time.
  var jobs: Int
  var cells: [Cell]

  static let fileName = "status.json"

  /// Held by the process that works on the run's folder.
  static let lockName = ".lock"

  init(_ plan: RunPlan, started: Date) {
    self.started = started
    jobs = plan.request.jobs
    func below(_ folder: String) -> String {
      Self.below(plan.root, folder)
    }
    cells = plan.cells.map { cell in
      Cell(
        upstream: cell.upstream, task: cell.task, folder: below(cell.folder),
        experiments: cell.experiments.map {
          Experiment(fold: $0.experiment.fold, folder: below($0.folder))
        })
    }
  }

  /// A cell's folder as it stands in the record of the run in `root`.
  package static func below(_ root: String, _ folder: String) -> String {
    for place in [folder, (folder as NSString).deletingLastPathComponent]
    where root == RunPlan.root(ofCell: place) {
      return ".." + folder.dropFirst(place.count)
    }
    return folder.hasPrefix(root + "/")
      ? String(folder.dropFirst(root.count + 1)) : folder
  }

  /// The record in a run's folder; nil if there is none.
  static func read(from root: String) throws -> RunRecord? {
    let path = root + "/" + fileName
    guard let bytes = FileManager.default.contents(atPath: path) else {
      return nil
    }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .secondsSince1970
    do {
      return try decoder.decode(RunRecord.self, from: bytes)
    } catch {
      throw UserError("the record of the run is damaged", at: path)
    }
  }

  /// Replaces the file. It is not flushed to the disk: a run does not wait for
  /// what only tells of it.
  func write(to root: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .secondsSince1970
    try AtomicFile.write(
      try encoder.encode(self), to: root + "/" + Self.fileName, flushed: false)
  }
}
