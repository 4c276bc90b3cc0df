import Diagnostics
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
  private var room = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  init(rank: Int, size: Int) {
    (self.rank, self.size) = (rank, size)
  }

  deinit {
    if let start = room.baseAddress { munmap(start, room.count) }
  }

  func gather(_ bytes: UnsafeMutableRawBufferPointer, cuts: [Int]) {
    let total = cuts[size]
    guard !isLost, total > 0 else { return }
    guard makeRoom(for: total) else { return lose("memory for ranks is full") }
    let own = cuts[rank]..<cuts[rank + 1]
    copy(bytes, to: room, own)
    var request = cuts.map(UInt64.init)
    let sent = request.withUnsafeMutableBytes {
      Self.transfer($0) { write(Self.socket, $0, $1) }
    }
    var answer: UInt8 = 1
    let heard =
      sent
      && withUnsafeMutableBytes(of: &answer) {
        Self.transfer($0) { read(Self.socket, $0, $1) }
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

  private func makeRoom(for bytes: Int) -> Bool {
    if bytes <= room.count { return true }
    // Growing by doubling keeps it rare.
    let wanted = max(bytes, 2 * room.count, 1 << 20)
    if let start = room.baseAddress { munmap(start, room.count) }
    room = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    guard ftruncate(Self.memory, off_t(wanted)) == 0,
      let start = mmap(
        nil, wanted, PROT_READ | PROT_WRITE, MAP_SHARED, Self.memory, 0),
      start != MAP_FAILED
    else { return false }
    room = UnsafeMutableRawBufferPointer(start: start, count: wanted)
    return true
  }

  /// Whether all bytes went through.
  private static func transfer(
    _ bytes: UnsafeMutableRawBufferPointer,
    _ move: (UnsafeMutableRawPointer, Int) -> Int
  ) -> Bool {
    var done = 0
    while done < bytes.count, let start = bytes.baseAddress {
      let count = move(start + done, bytes.count - done)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return false }
      done += count
    }
    return true
  }
}
