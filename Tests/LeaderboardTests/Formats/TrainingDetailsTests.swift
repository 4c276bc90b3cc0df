import Foundation
import Testing

@testable import Leaderboard
@testable import Records

/// How a head came about, as the page tells it.
@Suite struct TrainingDetailsTests {
  private func lines(_ change: (inout ExperimentResult) -> Void)
    -> ResultDetails
  {
    var made = result("hubert", "ks", [metric("acc", 0.5)])
    change(&made)
    return ResultDetails(
      entry: board([made]).entries[0], anchor: "a")
  }

  private static let curve = LearningRateCurve(
    split: "dev", metric: "acc",
    points: [
      .init(rate: 0.001, value: 0.75, bestStep: 40),
      .init(rate: 0.01, value: nil, bestStep: nil),
    ], chosen: 0.001)

  @Test func curveHasARowForEachRateAndNamesTheChosenOne() {
    let table = lines { $0.learningRates = Self.curve }.learningRates
    #expect(table.count == 4)
    #expect(table[0].contains("best acc on dev"))
    #expect(
      table[1] == "<tr><td>0.001</td><td>0.75</td><td>40</td>"
        + "<td>chosen</td></tr>")
    #expect(
      table[2] == "<tr><td>0.01</td><td>–</td><td>–</td><td></td></tr>")
  }

  @Test func foldsHaveCurvesOfTheirOwn() {
    let table = lines {
      $0.folds = [
        .init(
          name: "fold1", metrics: [], bestStep: 1, learningRates: Self.curve)
      ]
    }.learningRates
    #expect(table[1].contains("fold1: 0.001"))
  }

  @Test func worstPredictionsAndMeansAreShownEscaped() {
    let details = lines {
      $0.worstCases = [
        WorstCase(
          split: "test", id: "u1", predicted: "<a>", truth: "b", error: 1)
      ]
      $0.averages = [
        .init(
          name: "best-dev-acc", steps: [3, 1], metrics: [metric("acc", 0.25)])
      ]
    }
    #expect(
      details.worstCases.joined().contains("<td>&lt;a&gt;</td><td>b</td>"))
    #expect(details.averages.joined().contains("best-dev-acc (steps 3, 1)"))
    #expect(details.averages.joined().contains("25 %"))
  }

  @Test func whatWasLeftOutIsTold() {
    let facts = lines {
      $0.stoppedAt = 70
      $0.skippedBatches = [
        SkippedBatch(step: 1, reason: "bad"),
        SkippedBatch(step: 2, reason: "bad"),
      ]
      $0.cost.trainingTimes = TrainingTimes(
        data: 1, forward: 2, backward: 3, update: 4)
    }.trainingFacts
    #expect(
      facts.map(\.1) == [
        "70", "2: bad", "data 1 s, forward 2 s, backward 3 s, update 4 s",
      ])
  }

  @Test func olderResultsKnowNothingOfIt() {
    let details = lines { _ in }
    #expect(details.trainingFacts.isEmpty)
    #expect(details.learningRates.isEmpty)
    #expect(details.averages.isEmpty)
    #expect(details.worstCases.isEmpty)
  }
}
