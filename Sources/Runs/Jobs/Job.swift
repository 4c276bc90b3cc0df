import Diagnostics
import Files
import Foundation

/// What the program does as a job of a cluster, or as whoever stands in for
/// one: the work that its folder names.
package enum Job {
  /// The hidden command.
  package static let command = "job"

  static let lockName = JobMarker.filePrefix + "lock"

  /// Does the work of a folder and returns the exit code: 0 done, 1 failed,
  /// 75 told to stop.
  package static func run(
    in folder: String, limits: WorkerLimits, timeSeconds: Double?
  ) throws -> Int32 {
    if let shard = try ExtractionShard.read(from: folder) {
      return try shard.run(
        in: folder, limits: limits, timeSeconds: timeSeconds)
    }
    return try ExperimentJob(
      folder: folder, limits: limits, timeSeconds: timeSeconds
    ).run()
  }

  /// Keeps other jobs out of a folder.
  static func lock(_ folder: String) throws -> FileLock {
    try FileLock(
      path: folder + "/" + lockName,
      orThrow: UserError(
        "another job works here", at: folder,
        fix: "superb status says which"))
  }
}
