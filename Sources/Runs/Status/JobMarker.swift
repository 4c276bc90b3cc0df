import Diagnostics
import Files
import Foundation

/// What a job says of itself in the folder that it works in: `job.json`.
///
/// A job is a process on any machine that was given one experiment, or a
/// share of an upstream's extraction. What has ended well has a result, which
/// is the truth; this says who is at it, or was.
package struct JobMarker: Codable, Equatable, Sendable {
  /// How a job's last attempt came to its end.
  package enum End: String, Codable, Sendable {
    case done
    case failed
    /// Told to stop, it has kept its state.
    case interrupted
    /// Warned that its time is up, it has kept its state.
    case outOfTime
  }

  /// As the scheduler calls it, `123_4`; nil without one.
  package var job: String?
  package var host: String
  package var process: Int32
  package var started: Date
  /// The last sign of life.
  package var updated: Date
  /// When the scheduler will end it; nil if that is not known.
  package var deadline: Date?
  /// How often it was queued anew.
  package var restarts: Int
  var activity: RunRecord.Activity?
  /// Nil while it works, and if it had no chance to say.
  package var end: End?

  /// What a job's files begin with in the folder that it works in.
  package static let filePrefix = "job."
  package static let fileName = filePrefix + "json"

  /// Seconds between two signs of life.
  static let interval = 20.0

  /// Whether it works, as far as can be told without a scheduler.
  package var isAlive: Bool {
    guard end == nil, Date().timeIntervalSince(updated) < Self.interval * 6
    else { return false }
    // Of a process on this machine the machine knows.
    return host != hostName() || kill(process, 0) == 0 || errno != ESRCH
  }

  /// Whether it was still there when its time was up.
  package var ranOutOfTime: Bool {
    end == .outOfTime
      || end == nil
        && deadline.map {
          updated > $0.addingTimeInterval(-Self.interval * 1.5)
        } ?? false
  }

  /// The marker in a folder; nil if there is none that can be read.
  package static func read(from folder: String) -> JobMarker? {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .secondsSince1970
    return FileManager.default.contents(atPath: folder + "/" + fileName)
      .flatMap { try? decoder.decode(JobMarker.self, from: $0) }
  }

  /// Replaces the file; what only tells is not waited for.
  func write(to folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .secondsSince1970
    try AtomicFile.write(
      try encoder.encode(self), to: folder + "/" + Self.fileName,
      flushed: false)
  }
}

extension JobMarker {
  /// Of this process, which begins.
  ///
  /// - Parameter environment: where Slurm says whose process this is.
  init(
    environment: [String: String], timeSeconds: Double?, now: Date = Date()
  ) {
    let array = environment.text("SLURM_ARRAY_JOB_ID")
    let place = environment.text("SLURM_ARRAY_TASK_ID")
    job =
      if let array, let place {
        "\(array)_\(place)"
      } else {
        environment.text("SLURM_JOB_ID")
      }
    host =
      environment.text("SLURMD_NODENAME") ?? hostName()
    process = getpid()
    (started, updated) = (now, now)
    deadline = job == nil ? nil : timeSeconds.map(now.addingTimeInterval)
    restarts = environment.text("SLURM_RESTART_COUNT").flatMap { Int($0) } ?? 0
  }
}
