import Testing

@testable import Records

@Suite struct WorstCaseTests {
  private func worst(
    _ count: Int, _ predictions: (String, String, String)...
  ) -> [String] {
    WorstCase.worst(
      count,
      of: predictions.map {
        SplitRecords.Prediction(id: $0.0, predicted: $0.1, truth: $0.2)
      }, split: "test"
    ).map { "\($0.id) \($0.error)" }
  }

  @Test func wordsThatAreWrongCountByTheLengthOfTheTruth() {
    #expect(
      worst(
        3, ("a", "the cat sat", "the cat sat"),
        ("b", "a cat", "the cat sat on"),
        ("c", "x y z w", "the"), ("d", "", "the cat"), ("e", "dog", "cat"))
        == ["c 4.0", "d 1.0", "e 1.0"])
  }

  @Test func numbersCountByTheirDifference() {
    #expect(
      worst(2, ("a", "0.25", "1"), ("b", "-3", "0"), ("c", "1.0", "1"))
        == ["b 3.0", "a 0.75"])
  }

  @Test func noneIsAskedFor() {
    #expect(worst(0, ("a", "x", "y")).isEmpty)
  }
}
