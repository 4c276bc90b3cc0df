import Diagnostics
import Files
import Foundation
import Runs

/// A plan worked off by all ranks: each takes the next shard, then the next
/// experiment, that no other has taken. Where there are more ranks than
/// experiments, several train one together. Who does what decides no number.
package struct RankedRun {
  /// What rank 0 tells the others.
  private struct Orders: Codable {
    var groups: [[String]]
    /// How many ranks do each group's jobs together.
    var teams: [Int]
    /// Where those that are taken are written down.
    var folder: String
  }

  private let ranks: Ranks
  private let limits: WorkerLimits
  /// How many ranks train an experiment together; nil leaves it to their
  /// number.
  private let together: Int?

  package init(_ ranks: Ranks, limits: WorkerLimits, together: Int?) {
    self.ranks = ranks
    self.limits = limits
    self.together = together
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
          groups: groups.map { $0.jobs.map(\.folder) },
          teams: groups.map { Self.team($0, together, of: ranks.size) },
          folder: submission)))
    let orders = try JSONDecoder().decode(Orders.self, from: told)
    for (number, folders) in orders.groups.enumerated() {
      let size = orders.teams[number]
      try ranks.makeTeams(of: size)
      var place = -1
      while let team = ranks.team {
        if team.rank == 0 {
          place = try next(after: place, of: folders.count) {
            "\(orders.folder)/taken-\(number)-\($0)"
          }
        }
        if size > 1 { place = try tell(place) }
        guard place < folders.count else { break }
        let folder = folders[place]
        let code =
          size > 1
          ? try RankTeam(
            ranks: ranks, rank: team.rank, size: size, limits: limits
          ).run(in: folder)
          : try Job.run(in: folder, limits: limits, timeSeconds: nil)
        if Interruption.isRequested { throw Interrupted() }
        if team.rank == 0 { finished(folder, code) }
      }
      try ranks.wait()
    }
  }

  /// How many of `ranks` do each of a group's jobs together.
  static func team(_ group: JobGroup, _ wanted: Int?, of ranks: Int) -> Int {
    let isShards = group.jobs.contains { ClusterRun.isShard($0.folder) }
    guard !isShards, !group.jobs.isEmpty else { return 1 }
    return max(
      1, min(wanted ?? ranks / group.jobs.count, ranks, RankTeam.most))
  }

  /// The next job that nobody has taken, taken; `count` if there is none.
  private func next(
    after place: Int, of count: Int, _ path: (Int) -> String
  ) throws -> Int {
    for place in place + 1..<max(count, place + 1)
    where try take(path(place)) { return place }
    return count
  }

  /// What the team's first rank says.
  private func tell(_ place: Int) throws -> Int {
    let told = try ranks.broadcast(
      JSONEncoder().encode([place]), withinTeam: true)
    return try JSONDecoder().decode([Int].self, from: told)[0]
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
