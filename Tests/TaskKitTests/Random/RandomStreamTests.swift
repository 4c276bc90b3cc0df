import Foundation
import TaskKit
import Testing

@Suite struct RandomStreamTests {
  private let random = RandomStream { index in
    // SplitMix64: a stand-in for the host's generator.
    var z = (index &+ 1) &* 0x9e37_79b9_7f4a_7c15
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  @Test func integersFillTheirRangeEvenly() {
    var counts = [Int](repeating: 0, count: 7)
    for index in 0..<70_000 { counts[random.integer(below: 7, index)] += 1 }
    for count in counts { #expect(abs(count - 10_000) < 500) }
    #expect(random.integer(below: 0, 3) == 0)
    #expect(random.integer(below: -4, 3) == 0)
    #expect(random.integer(below: Int.max, 3) >= 0)
  }

  @Test func doublesLieBelowOne() {
    let top = RandomStream { _ in UInt64.max }
    #expect(top.double(0) < 1)
    #expect(top.integer(below: 5, 0) == 4)
    #expect(RandomStream { _ in 0 }.double(0) == 0)
    #expect(RandomStream { _ in 0 }.normal(0).isFinite)
    #expect(top.normal(0).isFinite)
  }

  @Test func normalNumbersHaveTheirMoments() {
    let numbers = (0..<20_000).map(random.normal)
    let mean = numbers.reduce(0, +) / 20_000
    let variance = numbers.reduce(0) { $0 + $1 * $1 } / 20_000
    #expect(abs(mean) < 0.03)
    #expect(abs(variance - 1) < 0.05)
  }

  @Test func permutationHoldsEachNumberOnce() {
    for count in [0, 1, 2, 3, 10, 1000] {
      let order = random.permutation(of: count)
      #expect(order.sorted() == Array(0..<count))
    }
    #expect(random.permutation(of: -3).isEmpty)
    #expect(random.permutation(of: 50) != Array(0..<50))
  }

  @Test func permutationReachesEveryOrderEquallyOften() {
    var counts: [[Int]: Int] = [:]
    for trial in 0..<6000 {
      let stream = RandomStream { self.random.bits(trial * 10 + Int($0)) }
      counts[stream.permutation(of: 3), default: 0] += 1
    }
    #expect(counts.count == 6)
    for count in counts.values { #expect(abs(count - 1000) < 150) }
  }

  @Test func samplesFollowTheirWeights() throws {
    let draws = try random.sample(40_000, weights: [0, 1, 0, 3, 0])
    let ones = draws.count { $0 == 1 }
    #expect(Set(draws) == [1, 3])
    #expect(abs(ones - 10_000) < 500)
    #expect(try random.sample(0, weights: []).isEmpty)
  }

  @Test(
    arguments: [[], [0, 0], [1, -1], [1, .infinity], [.nan]] as [[Double]])
  func weightsThatAreNoDistributionAreRefused(weights: [Double]) {
    #expect(throws: TaskError.self) { try random.sample(3, weights: weights) }
  }

  @Test func choiceOfNothingIsNil() {
    #expect(random.choice([Int](), 0) == nil)
    #expect(random.choice([5, 6][1...], 9) == 6)
  }
}
