import Diagnostics
import Testing

@testable import Records

@Suite struct WorstCaseCriterionTests {
  private static let predictions: [SplitRecords.Prediction] = [
    ("a", "yes", "yes", 0.9), ("b", "no", "yes", 0.8), ("c", "up", "yes", 0.3),
    ("d", "go", "left", nil as Double?),
  ].map { id, predicted, truth, score in
    var prediction = SplitRecords.Prediction(
      id: id, predicted: predicted, truth: truth)
    if let score { prediction.scores = ["confidence": [score]] }
    return prediction
  }

  private func worst(_ criterion: String) throws -> [String] {
    WorstCase.worst(
      by: try WorstCase.Criterion(criterion), of: Self.predictions,
      split: "test"
    ).map(\.id)
  }

  @Test func theSurestMistakesAreTheWorst() throws {
    #expect(try worst("confidence") == ["b", "c"])
    #expect(try worst("confidence:min") == ["c", "b"])
    #expect(try worst("confidence:max:1") == ["b"])
    #expect(try worst("error:2") == ["b", "c"])
    // 3 letters of 3, 3 of 3, 4 of 4.
    #expect(try worst("characters").count == 3)
    #expect(try worst("posterior") == [])
  }

  @Test(arguments: ["", "error:most", "error:0", ":max"])
  func mistakesAreTheUsers(_ text: String) {
    #expect(throws: UserError.self) { try WorstCase.Criterion(text) }
  }
}
