import Foundation
import Records
import Testing

@testable import Page

@Suite struct SnapshotTests {
  private func heard(_ step: Int) -> TrainingSnapshot {
    TrainingSnapshot(
      step: step, split: "dev",
      items: [
        .init(
          id: "u<1>", truth: "AB", said: "A", symbols: ["A", "B"],
          posteriors: [[0.9, 0, 0], [0, 0.04, 0.2]])
      ])
  }

  @Test func posteriorsAreDrawnWithTheTruth() throws {
    let item = heard(10).items[0]
    let figure = try #require(SnapshotChart(step: 10, item: item).figure)
    #expect(figure.content.components(separatedBy: "<rect").count == 3)
    #expect(figure.content.contains("fill-opacity=\"0.9\""))
    #expect(figure.html.contains("truth: AB"))
    #expect(figure.html.contains("u&lt;1&gt;"))
  }

  @Test func turnsAreARowForEachSpeaker() throws {
    let said =
      "SPEAKER u 1 0.00 1.50 <NA> <NA> a <NA> <NA>\n"
      + "SPEAKER u 1 1.00 1.00 <NA> <NA> b <NA> <NA>\n"
    let figure = try #require(
      SnapshotChart(step: 1, item: .init(id: "u", said: said)).figure)
    #expect(figure.content.contains("b from 1 s for 1 s"))
    #expect(figure.content.components(separatedBy: "<rect").count == 3)
    let truth = "SPEAKER u 1 0.50 2.00 <NA> <NA> someone <NA> <NA>\n"
    let both = try #require(
      SnapshotChart(
        step: 1, item: .init(id: "u", truth: truth, said: said)
      ).figure)
    #expect(both.content.contains("true 1"))
    #expect(both.content.contains("someone from 0.5 s for 2 s"))
    #expect(both.content.components(separatedBy: "<rect").count == 4)
    let label = TrainingSnapshot.Item(id: "u", said: "yes")
    #expect(SnapshotChart(step: 1, item: label).figure == nil)
  }

  @Test func aCellShowsTheFirstAndTheLast() throws {
    let runs = try RunsFolder()
    let folder = try runs.add(result("u", "asr", [metric("wer", 0.5)]))
    for step in [5, 10, 15, 20, 25, 30, 35] {
      try heard(step).write(toFolder: folder)
    }
    #expect(TrainingSnapshot.all(inFolder: folder).map(\.step).last == 35)
    let text = try Page(try runs.board(), runs: runs.path).html()
    #expect(text.contains("step 5: u&lt;1&gt;"))
    #expect(text.contains("step 35: u&lt;1&gt;"))
    #expect(text.components(separatedBy: "<figcaption>step ").count == 5)
  }
}
