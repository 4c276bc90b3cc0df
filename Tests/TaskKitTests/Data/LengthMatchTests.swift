import Testing

@testable import TaskKit

@Suite struct LengthMatchTests {
  @Test(arguments: [
    (3, 3, [0, 1, 2]),
    // Two labels a frame, and one that is left over.
    (3, 6, [0, 0, 1, 1, 2, 2]), (3, 7, [0, 0, 1, 1, 2, 2, 2]),
    (3, 5, [0, 0, 1, 1, 2]),
    // A frame too many or too few.
    (4, 3, [0, 1, 2]), (3, 4, [0, 1, 2, 2]),
    // Halves are rounded to even: 1.5 is 2, 2.5 is 2, 0.5 is 0.
    (2, 3, [0, 0, 1]), (2, 5, [0, 0, 1, 1, 1]), (4, 2, [0, 1]),
  ])
  func framesAreRepeatedThenCutOrHeld(
    frames: Int, labels: Int, expected: [Int]
  ) {
    #expect(LengthMatch.frames(frames, for: labels) == expected)
  }

  @Test func utterancesAreMatchedOneByOne() throws {
    let host = TestHost()
    let context = try TaskContext(host.table)
    let x = context.constant([1, 2, 3, 4, 5], shape: [5, 1])
    let match = try LengthMatch([0, 2, 5], to: [4, 2])
    #expect(match.offsets == [0, 4, 6])
    #expect(match(x).values == [1, 1, 2, 2, 3, 4])
    let same = try LengthMatch([0, 2, 5], to: [2, 3])
    #expect(same(x).values == [1, 2, 3, 4, 5])
  }

  @Test func nothingCannotBeMatched() {
    #expect(throws: TaskError.self) { try LengthMatch([0, 0], to: [3]) }
    #expect(throws: TaskError.self) { try LengthMatch([0, 2], to: [0]) }
    #expect(throws: TaskError.self) { try LengthMatch([0, 2], to: [1, 1]) }
  }
}
