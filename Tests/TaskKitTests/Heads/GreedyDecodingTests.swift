import Testing

@testable import TaskKit

@Suite struct GreedyDecodingTests {
  @Test func runsBecomeOneAndWhatABlankPartsStaysTwo() {
    #expect(
      GreedyDecoding.collapsed([0, 5, 5, 0, 5, 6, 6, 1, 0], without: [0, 1])
        == [5, 5, 6])
    #expect(GreedyDecoding.collapsed([0, 0], without: [0]).isEmpty)
    #expect(GreedyDecoding.collapsed([Int](), without: [0]).isEmpty)
  }

  @Test func utterancesDoNotRunIntoEachOther() throws {
    let host = TestHost()
    let context = try TaskContext(host.table)
    let scores = context.constant(
      [0, 1, 0, 1, 0, 1, 1, 0], shape: [4, 2])
    #expect(
      GreedyDecoding.labels(scores, [0, 2, 4], without: [0]) == [[1], [1]])
  }
}
