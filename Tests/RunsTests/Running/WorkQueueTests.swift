import Diagnostics
import Foundation
import Synchronization
import Testing

@testable import Runs

@Suite struct WorkQueueTests {
  private func cell(_ folder: String) -> RunCell {
    RunCell(
      upstream: "u", task: "t", folder: folder, signature: "",
      experiments: [], failure: nil)
  }

  @Test func workIsHandedOutOnceInItsOrder() {
    let queue = WorkQueue()
    queue.fill([(cell("a"), 0), (cell("a"), 1), (cell("b"), 0)])
    var taken: [String] = []
    while let (cell, index) = queue.next() {
      taken.append("\(cell.folder)\(index)")
    }
    #expect(taken == ["a0", "a1", "b0"])
    #expect(queue.next()?.0.folder == nil)
  }

  @Test func theLastExperimentOfACellIsKnown() {
    let queue = WorkQueue()
    queue.expect(3, of: "a")
    queue.expect(1, of: "b")
    #expect(!queue.isLast(of: "a"))
    #expect(queue.isLast(of: "b"))
    #expect(!queue.isLast(of: "a"))
    #expect(queue.isLast(of: "a"))
  }

  @Test func anErrorEndsTheWorkAndTheFirstIsKept() {
    let queue = WorkQueue()
    queue.fill([(cell("a"), 0)])
    queue.note(UserError("one"))
    queue.note(UserError("two"))
    #expect(queue.next()?.0.folder == nil)
    #expect((queue.firstError as? UserError)?.what == "one")
  }

  @Test func manyThreadsTakeEachPieceOnceAndAgreeOnTheLast() {
    let queue = WorkQueue()
    let cells = (0..<50).map { cell("\($0)") }
    for cell in cells { queue.expect(7, of: cell.folder) }
    queue.fill(cells.flatMap { cell in (0..<7).map { (cell, $0) } })
    let lasts = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      while let (cell, _) = queue.next() {
        if queue.isLast(of: cell.folder) {
          lasts.withLock { $0.append(cell.folder) }
          queue.countFailure()
        }
      }
    }
    #expect(lasts.withLock { $0.count } == 50)
    #expect(lasts.withLock { Set($0).count } == 50)
    #expect(queue.failures == 50)
  }
}
