import Kernels
import Testing

@testable import Tensors

@Suite struct DropoutTests {
  func drop(
    threads: Int = 1, step: UInt64 = 0, seed: UInt64 = 5, calls: Int = 1
  ) throws -> [Float] {
    let engine = Engine(threads: threads, seed: seed)
    engine.step = step
    let x = try engine.constant(
      [Float](repeating: 1, count: 40_001), shape: [40_001])
    var y = x
    for _ in 0..<calls { y = try engine.dropout(x, probability: 0.25) }
    return Array(y.values)
  }

  @Test func keepsTheExpectedShareAndTheMean() throws {
    let y = try drop()
    let kept = y.count { $0 != 0 }
    #expect(abs(Double(kept) / 40_001 - 0.75) < 0.01)
    #expect(Set(y) == [0, 1 / 0.75])
  }

  @Test func drawsAreAFunctionOfSeedStepAndCall() throws {
    let y = try drop()
    #expect(try drop() == y)
    #expect(try drop(threads: 3) == y)
    #expect(try drop(step: 1) != y)
    #expect(try drop(seed: 6) != y)
    #expect(try drop(calls: 2) != y)
  }

  @Test func evaluationLeavesNumbersAlone() throws {
    let engine = Engine(threads: 1, seed: 1)
    let x = try engine.constant([1, 2], shape: [2])
    let y = try engine.evaluating { try engine.dropout(x, probability: 0.5) }
    #expect(y === x)
  }

  @Test func probabilityOneDropsAll() throws {
    let engine = Engine(threads: 1, seed: 1)
    let x = try engine.constant([1, 2], shape: [2])
    #expect(Array(try engine.dropout(x, probability: 1).values) == [0, 0])
  }

  @Test func kernelDrawsWhatCounterRandomDraws() {
    let random = CounterRandom(seed: 0x1234_5678_9abc_def0)
    let stream = CounterRandom.stream("x")
    let first = UInt64(UInt32.max) - 5
    let ones = [Float](repeating: 1, count: 4 * 37)
    for threshold in [1 << 29, 1 << 31, 3 << 30] as [UInt32] {
      var kept = ones
      superb_dropout(
        random.seed, stream, Int(4 * first), ones.count, threshold, 1, ones,
        &kept)
      let words = (0..<37 as Range<UInt64>).flatMap { index -> [UInt32] in
        let block = random.block(stream: stream, index: first + index)
        return [block.0, block.1, block.2, block.3]
      }
      #expect(kept == words.map { $0 < threshold ? 0 : 1 })
    }
  }
}
