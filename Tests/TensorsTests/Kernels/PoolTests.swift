import Foundation
import Kernels
import Synchronization
import Testing

@testable import Tensors

@Suite struct PoolTests {
  @Test(arguments: [1, 2, 3, 7])
  func everyTaskRunsOnce(threads: Int) {
    let engine = Engine(threads: threads, seed: 1)
    for round in 0..<3000 {
      let count = round % 23
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: 23) { runs in
        runs.update(repeating: 0)
        let pointer = runs.baseAddress!
        engine.parallel(count) { pointer[$0] += 1 }
        #expect(runs.prefix(count).allSatisfy { $0 == 1 })
        #expect(runs.dropFirst(count).allSatisfy { $0 == 0 })
      }
    }
  }

  @Test func sleepingThreadsWakeUp() {
    let engine = Engine(threads: 3, seed: 1)
    for _ in 0..<20 {
      Thread.sleep(forTimeInterval: 0.002)
      let sum = Atomic(0)
      engine.parallel(50) { sum.add($0, ordering: .relaxed) }
      #expect(sum.load(ordering: .relaxed) == 1225)
    }
  }
}
