import Testing

@testable import TaskKit

@Suite struct AccuracyTests {
  @Test func allColumnsMustMatch() throws {
    var accuracy = Accuracy()
    try accuracy.add(
      answer: ["on", "lamp", "hall"], truth: ["on", "lamp", "hall"])
    try accuracy.add(
      answer: ["on", "lamp", "none"], truth: ["on", "lamp", "hall"])
    try accuracy.add(answer: ["up"], truth: ["up"])
    accuracy.add(isCorrect: false)
    #expect(accuracy.correct == 2 && accuracy.total == 4)
    #expect(accuracy.rate == 0.5)
  }

  @Test func nothingCountedHasNoRate() {
    #expect(Accuracy().rate == nil)
  }

  @Test func differentNumbersOfColumnsAreRefused() {
    var accuracy = Accuracy()
    #expect(throws: MetricError.self) {
      try accuracy.add(answer: ["on"], truth: ["on", "lamp"])
    }
    #expect(accuracy.total == 0)
  }
}
