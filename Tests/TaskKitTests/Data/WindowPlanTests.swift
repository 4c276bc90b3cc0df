import Testing

@testable import TaskKit

@Suite struct WindowPlanTests {
  private let folder: TemporaryFolder
  private let lengths: AudioLengths
  private let order = RandomStream { $0 &* 0x9e37_79b9_7f4a_7c15 }
  private let host = TestHost()

  init() throws {
    folder = try TemporaryFolder()
    host.readsLengthsAsText()
    lengths = AudioLengths(try TaskContext(host.table))
  }

  private func plan(
    _ samples: [Int], windowSize: Int, total: Int = .max
  ) throws -> WindowPlan {
    WindowPlan(
      try samples.enumerated().map { index, samples in
        Item(
          id: "\(index)", tag: index,
          audio: AudioSource(
            path: try folder.write("\(index).wav", "\(samples)")))
      }, windowSize: windowSize, limits: .init(total: total),
      lengths: lengths, random: order)
  }

  private func tags(_ plan: WindowPlan) throws -> [[Int]] {
    try (0..<plan.batchCount).map { try plan.batch($0).map(\.tag) }
  }

  @Test func thereAreAsManyWindowsAsItemsAndTheLastOnesAreEqual() throws {
    let windows = try tags(
      plan(Array(repeating: 100, count: 6), windowSize: 4))
    #expect(
      windows.sorted { $0[0] < $1[0] } == [
        [0, 1, 2, 3], [1, 2, 3, 4], [2, 3, 4, 5], [2, 3, 4, 5], [2, 3, 4, 5],
        [2, 3, 4, 5],
      ])
    #expect(windows != windows.sorted { $0[0] < $1[0] })
  }

  @Test func longestAudioComesFirstAndEqualsKeepTheirOrder() throws {
    let windows = try tags(plan([5, 9, 5, 7], windowSize: 4))
    #expect(windows == Array(repeating: [1, 3, 0, 2], count: 4))
  }

  @Test func aWindowWhoseFirstItemIsLongKeepsItsFirstHalf() throws {
    // The rule looks at the longest label, not at the longest audio.
    let long = try tags(plan([300_001, 1, 2, 3], windowSize: 4))
    #expect(long == Array(repeating: [0, 1], count: 4))
  }

  @Test func aLongItemThatIsNotTheFirstHalvesNothing() throws {
    let windows = try tags(plan([300_000, 400_000, 2, 3], windowSize: 4))
    #expect(windows == Array(repeating: [1, 0, 3, 2], count: 4))
  }

  @Test func halfOfAnOddWindowIsRoundedDown() throws {
    let odd = try tags(plan([300_001, 1, 2], windowSize: 3))
    #expect(odd == Array(repeating: [0], count: 3))
  }

  @Test func aSingleLongItemStays() throws {
    let single = try tags(plan([300_001, 1], windowSize: 1))
    #expect(Set(single) == [[0], [1]])
  }

  @Test func fewerItemsThanAWindowMakeWholeBatches() throws {
    #expect(try tags(plan([3, 2], windowSize: 16)) == [[0, 1], [0, 1]])
  }

  @Test func memoryBoundDropsFromTheEndAndKeepsOne() throws {
    let windows = try tags(plan([50, 40, 30, 20], windowSize: 4, total: 120))
    #expect(windows == Array(repeating: [0, 1, 2], count: 4))
    #expect(
      try tags(plan([50, 40], windowSize: 2, total: 10)) == [[0], [0]])
  }

  @Test func anUnreadableFileIsAnError() throws {
    let plan = WindowPlan(
      [Item(id: "a", tag: 0, audio: AudioSource(path: folder.path + "/none"))],
      windowSize: 1, limits: .init(total: 10), lengths: lengths,
      random: order)
    #expect(throws: TaskError.self) { try plan.batch(0) }
    #expect(throws: TaskError.self) { try plan.batch(1) }
  }
}
