import Diagnostics
import Files
import Foundation
import Runs
import Synchronization

/// Passes on what a worker exchanges with the other workers of its team: the
/// worker leaves its part in memory that both see, and MPI brings the rest.
///
/// While it works it alone uses the ranks.
final class RankForwarder: @unchecked Sendable {
  private let ranks: Ranks
  private let size: Int
  private let (own, worker): (RawFile, RawFile)
  private let memory: RawFile
  private let thread = DispatchSemaphore(value: 0)
  private let served = Atomic<Int>(0)
  private let shared: SharedRoom

  /// What the worker is started with.
  let team: WorkerTeam
  /// Whether the worker has asked for anything, which all of them do first.
  var hasServed: Bool { served.load(ordering: .acquiring) > 0 }

  init(_ ranks: Ranks, team: (rank: Int, size: Int)) throws {
    self.ranks = ranks
    size = team.size
    (own, worker) = try RawFile.pipe("ranks", isTwoWay: true)
    memory = try RawFile.memory("ranks")
    shared = SharedRoom(memory.descriptor)
    self.team = WorkerTeam(
      rank: team.rank, size: team.size,
      descriptors: [worker.descriptor, memory.descriptor])
    Thread { [self] in
      serve()
      thread.signal()
    }.start()
  }

  /// Ends it, once its worker has ended.
  ///
  /// - Returns: false if it is left waiting for another rank, and the ranks
  ///   are of no use any more.
  func end() -> Bool {
    shutdown(own.descriptor, Int32(SHUT_RDWR))
    return thread.wait(timeout: .now() + 1) == .success
  }

  private func serve() {
    var cuts = [UInt64](repeating: 0, count: size + 1)
    while cuts.withUnsafeMutableBytes({
      movesAll($0) { read(own.descriptor, $0, $1) }
    }) {
      served.add(1, ordering: .releasing)
      var answer: UInt8 = gather(cuts) ? 0 : 1
      guard write(own.descriptor, &answer, 1) == 1, answer == 0 else { return }
    }
  }

  private func gather(_ cuts: [UInt64]) -> Bool {
    guard
      let start = shared.bytes(atLeast: Int(cuts[size]), grows: false)?
        .baseAddress
    else { return false }
    var asked: ContinuousClock.Instant?
    return ranks.gather(start, cuts: cuts) {
      // Whoever ends this rank may end it for good a second later. A worker
      // that is told in mid-step keeps what was before.
      guard Interruption.isRequested, !Interruption.isOutOfTime else {
        return false
      }
      let now = ContinuousClock.now
      let since = asked ?? now
      asked = since
      return now - since > .milliseconds(150)
    }
  }
}
