import Diagnostics
import Files
import Foundation
import Tensors

/// A worker's way to those that train the same experiment: its parent, which
/// speaks MPI, passes on what it leaves in memory that both see.
final class RankChannel: RowExchange {
  /// What the parent leaves open for a worker, behind the three that all
  /// programs have.
  static let (socket, memory): (Int32, Int32) = (3, 4)

  let rank: Int
  let size: Int
  private(set) var isLost = false
  private let shared = SharedRoom(RankChannel.memory)

  init(rank: Int, size: Int) {
    (self.rank, self.size) = (rank, size)
  }

  func gather(_ bytes: UnsafeMutableRawBufferPointer, cuts: [Int]) {
    let total = cuts[size]
    guard !isLost, total > 0 else { return }
    guard let room = shared.bytes(atLeast: total, grows: true) else {
      return lose("memory for ranks is full")
    }
    let own = cuts[rank]..<cuts[rank + 1]
    copy(bytes, to: room, own)
    var request = cuts.map(UInt64.init)
    let sent = request.withUnsafeMutableBytes {
      movesAll($0) { write(Self.socket, $0, $1) }
    }
    var answer: UInt8 = 1
    let heard =
      sent
      && withUnsafeMutableBytes(of: &answer) {
        movesAll($0) { read(Self.socket, $0, $1) }
      }
    guard heard, answer == 0 else { return lose("another rank has gone") }
    copy(room, to: bytes, 0..<own.lowerBound)
    copy(room, to: bytes, own.upperBound..<total)
  }

  private func copy(
    _ from: UnsafeMutableRawBufferPointer,
    to: UnsafeMutableRawBufferPointer, _ part: Range<Int>
  ) {
    guard !part.isEmpty, let from = from.baseAddress, let to = to.baseAddress
    else { return }
    (to + part.lowerBound).copyMemory(
      from: from + part.lowerBound, byteCount: part.count)
  }

  private func lose(_ why: String) {
    isLost = true
    StandardError.note("rank \(rank) of \(size) stops: \(why)")
    Interruption.request()
  }
}
