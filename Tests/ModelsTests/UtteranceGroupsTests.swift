import Testing

@testable import Models

@Suite struct UtteranceGroupsTests {
  private func sizes(_ seconds: [Double], threads: Int) -> [Int] {
    let ranges = UtteranceGroups.ranges(ofSeconds: seconds, threads: threads)
    var next = 0
    for range in ranges {
      #expect(range.lowerBound == next && !range.isEmpty)
      next = range.upperBound
    }
    #expect(next == seconds.count)
    return ranges.map(\.count)
  }

  @Test func longUtterancesStayAlone() {
    #expect(sizes([15, 12, 9, 9, 8, 8], threads: 1) == [1, 1, 1, 1, 1, 1])
  }

  @Test func shortOnesShareAPassOfBoundedLength() {
    let seconds = [Double](repeating: 1, count: 100)
    let sizes = sizes(seconds, threads: 2)
    #expect(sizes.dropLast().allSatisfy { $0 == 8 })
  }

  @Test func noThreadIsLeftIdle() {
    for threads in 1...5 {
      for count in [threads, 2 * threads, 7 * threads] {
        let seconds = [Double](repeating: 0.5, count: count)
        #expect(sizes(seconds, threads: threads).count >= threads)
      }
    }
  }

  @Test func lengthsThatAHeaderMayLieAboutAreTaken() {
    #expect(sizes([], threads: 2) == [])
    #expect(sizes([0, 0, 0], threads: 2) == [3])
    #expect(sizes([.infinity, 1, 1], threads: 1).count >= 1)
    #expect(sizes([-1, .nan, 2], threads: 0).count >= 1)
  }
}
