import Records
import Testing

@testable import Leaderboard

@Suite struct MeasurementTests {
  @Test func theDeviationOverFoldsIsTheSamples() throws {
    #expect([1, 3].sampleDeviation == 2.0.squareRoot())
    #expect([2, 2, 2].sampleDeviation == 0)
    #expect([2.0].sampleDeviation == nil)
    #expect([Double]().sampleDeviation == nil)
    #expect([1e300, -1e300].sampleDeviation == nil)
  }

  @Test func foldsAreMatchedByMetricAndSplit() throws {
    var er = result("hubert", "er", [metric("acc", 0.6)])
    er.folds = [("fold1", 0.5), ("fold2", 0.7)].map { name, value in
      ExperimentResult.Fold(
        name: name,
        metrics: [metric("acc", 0.1, split: "dev"), metric("acc", value)],
        bestStep: 10)
    }
    let record = try #require(standings([er]).measurements.first)
    #expect(record.foldValues == [0.5, 0.7])
    let deviation = try #require(record.foldSampleDeviation)
    #expect(abs(deviation - 0.02.squareRoot()) < 1e-12)
  }

  @Test func aFailureWithoutFiguresIsOneRecord() {
    let failure = ExperimentResult.Failure(kind: .user, reason: "no data")
    let records = standings([result("a", "t", [], failure: failure)])
      .measurements
    #expect(records.count == 1)
    #expect(records.first?.status == "failed")
    #expect(records.first?.reason == "no data")
    #expect(records.first?.value == nil)
  }
}
