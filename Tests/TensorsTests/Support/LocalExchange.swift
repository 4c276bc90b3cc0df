import Foundation
import Synchronization

@testable import Tensors

/// Processes that share a batch, played by threads of this one.
final class LocalExchange: RowExchange, @unchecked Sendable {
  /// What the threads share.
  final class Meeting: @unchecked Sendable {
    let size: Int
    private let condition = NSCondition()
    private var buffers: [UnsafeMutableRawBufferPointer] = []
    private var cuts: [[Int]] = []
    private var round = 0
    private(set) var gathered = 0

    init(_ size: Int) { self.size = size }

    /// The last one to come copies everybody's part to everybody.
    func gather(_ bytes: UnsafeMutableRawBufferPointer, _ own: [Int]) {
      condition.lock()
      defer { condition.unlock() }
      let mine = round
      buffers.append(bytes)
      cuts.append(own)
      if buffers.count < size {
        while round == mine { condition.wait() }
        return
      }
      precondition(cuts.allSatisfy { $0 == cuts[0] }, "ranks are out of step")
      for to in buffers {
        for from in buffers where from.baseAddress != to.baseAddress {
          let owner = owners[from.baseAddress] ?? 0
          let part = own[owner]..<own[owner + 1]
          to[part].copyBytes(from: from[part])
        }
      }
      gathered += 1
      round += 1
      (buffers, cuts, owners) = ([], [], [:])
      condition.broadcast()
    }

    private var owners: [UnsafeMutableRawPointer?: Int] = [:]

    func come(_ bytes: UnsafeMutableRawBufferPointer, _ rank: Int) {
      condition.lock()
      owners[bytes.baseAddress] = rank
      condition.unlock()
    }
  }

  let rank: Int
  private let meeting: Meeting
  var size: Int { meeting.size }
  var isLost: Bool { false }

  init(_ rank: Int, _ meeting: Meeting) {
    (self.rank, self.meeting) = (rank, meeting)
  }

  func gather(_ bytes: UnsafeMutableRawBufferPointer, cuts: [Int]) {
    meeting.come(bytes, rank)
    meeting.gather(bytes, cuts)
  }

  /// What `body` gives in each of `size` threads, and how often they met.
  static func run<Result: Sendable>(
    _ size: Int, _ body: @escaping @Sendable (LocalExchange) -> Result
  ) -> ([Result], gathered: Int) {
    let meeting = Meeting(size)
    let results = Mutex([Result?](repeating: nil, count: size))
    let group = DispatchGroup()
    for rank in 0..<size {
      group.enter()
      let thread = Thread {
        let result = body(LocalExchange(rank, meeting))
        results.withLock { $0[rank] = result }
        group.leave()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    group.wait()
    return (results.withLock { $0.compactMap(\.self) }, meeting.gathered)
  }
}
