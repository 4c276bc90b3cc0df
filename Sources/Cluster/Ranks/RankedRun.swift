import Diagnostics
import Files
import Foundation
import Runs

/// A plan worked off by all ranks: each takes the next shard, then the next
/// experiment, that no other has taken. Who does what decides no number.
package struct RankedRun {
  /// What rank 0 tells the others.
  private struct Orders: Codable {
    var groups: [[String]]
    /// Where those that are taken are written down.
    var folder: String
  }

  private let ranks: Ranks
  private let limits: WorkerLimits

  package init(_ ranks: Ranks, limits: WorkerLimits) {
    self.ranks = ranks
    self.limits = limits
  }

  /// Works groups off, one after the other.
  ///
  /// - Parameters:
  ///   - groups: of rank 0; those of others do not count.
  ///   - submission: the folder of their submission.
  ///   - finished: told of each of this rank's jobs, with its exit code.
  /// - Throws: `Interrupted` if this rank was asked to stop, which ends the
  ///   others, too.
  package func work(
    _ groups: [JobGroup], in submission: String,
    finished: (_ folder: String, Int32) -> Void
  ) throws {
    let told = try ranks.broadcast(
      JSONEncoder().encode(
        Orders(
          groups: groups.map { $0.jobs.map(\.folder) }, folder: submission)))
    let orders = try JSONDecoder().decode(Orders.self, from: told)
    for (number, folders) in orders.groups.enumerated() {
      for (place, folder) in folders.enumerated() {
        guard try take(orders.folder + "/taken-\(number)-\(place)") else {
          continue
        }
        let code = try Job.run(in: folder, limits: limits, timeSeconds: nil)
        if Interruption.isRequested { throw Interrupted() }
        finished(folder, code)
      }
      try ranks.wait()
    }
  }

  /// Whether nobody was there before.
  private func take(_ path: String) throws -> Bool {
    let file = open(path, O_CREAT | O_EXCL | O_WRONLY, 0o666)
    if file < 0, errno == EEXIST { return false }
    guard file >= 0 else {
      throw UserError.system("cannot write the file", path)
    }
    close(file)
    return true
  }
}
