import Records
import Testing

@testable import Leaderboard

/// The cells of a row as text: `*` best, `✗n` failed.
private func shown(_ row: Section.Row) -> [String] {
  row.cells.map {
    switch $0 {
    case .missing: "–"
    case .figure(_, let text, let isBest): text + (isBest ? "*" : "")
    case .failed(let footnote): "✗\(footnote)"
    }
  }
}

private func section(
  _ results: [ExperimentResult], taskOrder: [String] = [],
  score: ScoreAnchors? = nil
) -> Section {
  standings(results, taskOrder: taskOrder, score: score).sections[0]
}

@Suite struct SectionTests {
  @Test func theBestFollowsTheMetricsDirection() {
    let section = section([
      result("a", "ks", [metric("acc", 0.9)]),
      result("b", "ks", [metric("acc", 0.8)]),
      result("a", "pr", [metric("per", 0.3, higherIsBetter: false)]),
      result("b", "pr", [metric("per", 0.2, higherIsBetter: false)]),
    ])
    #expect(section.columns.map(\.heading) == ["acc % ↑", "per % ↓"])
    #expect(
      section.rows.map(shown) == [["90.00*", "30.00"], ["80.00", "20.00*"]])
  }

  @Test func figuresThatLookEqualAreAllBest() {
    let section = section([
      result("a", "ks", [metric("acc", 0.90001)]),
      result("b", "ks", [metric("acc", 0.90002)]),
      result("c", "ks", [metric("acc", 0.8999)]),
    ])
    #expect(section.rows.map(shown) == [["90.00*"], ["90.00*"], ["89.99"]])
    #expect(section.rows.map(\.meanRank) == [1.5, 1.5, 3])
  }

  @Test func thePrimaryMetricLeadsAndOtherSplitsStayOut() {
    let section = section([
      result(
        "a", "sf",
        [
          metric("cer", 0.2, higherIsBetter: false, isPrimary: false),
          metric("f1", 0.7, split: "dev", isPrimary: false),
          metric("f1", 0.8),
        ])
    ])
    #expect(section.columns.map(\.metric?.name) == ["f1", "cer"])
    #expect(shown(section.rows[0]) == ["80.00*", "20.00*"])
  }

  @Test func whatDevWouldHaveChosenStandsBelow() {
    func sd(_ upstream: String, _ lowest: Double, _ chosen: Double?)
      -> ExperimentResult
    {
      result(
        upstream, "sd",
        [metric("der_lowest", lowest, title: "DER", higherIsBetter: false)]
          + (chosen.map {
            [
              metric(
                "der_dev_selected", $0, higherIsBetter: false, isPrimary: false)
            ]
          } ?? []))
    }
    let results = [sd("a", 0.05, 0.0512), sd("b", 0.07, nil)]
    let section = standings(results, metrics: .primary).sections[0]
    #expect(section.rows.map(shown) == [["5.00*"], ["7.00"]])
    let remark =
      "sd: the protocol chooses its DER on test; chosen on dev: a 5.12, b not"
      + " known."
    #expect(section.remarks.contains(remark), "\(section.remarks)")
    // Among all figures it is a column.
    #expect(!standings(results).sections[0].remarks.contains(remark))
  }

  @Test func unitsAreNeverMixedInAColumn() {
    let section = section([
      result("a", "pr", [metric("per", 0.3)]),
      result("b", "pr", [metric("per", 25, unit: .percent)]),
    ])
    #expect(section.columns.count == 2)
    #expect(section.rows.map(shown) == [["30.00*", "–"], ["–", "25.00*"]])
    #expect(section.rows.map(\.meanRank) == [nil, nil])
  }

  @Test func tasksComeInTheGivenOrderThenById() {
    let results = ["b", "d", "a", "c"].map {
      result("u", $0, [metric("m", 1)])
    }
    let order = section(results, taskOrder: ["d", "x", "c", "d"])
    #expect(order.columns.map(\.task) == ["d", "c", "a", "b"])
  }

  @Test func rowsAreSortedByMeanRankAndIncompleteOnesComeLast() {
    let section = section([
      result("a", "t", [metric("m", 0.1)]),
      result("b", "t", [metric("m", 0.2)]),
      result("c", "t", [metric("m", 0.9)]),
      result("a", "s", [metric("m", 0.1)]),
      result("b", "s", [metric("m", 0.2)]),
    ])
    #expect(section.rows.map(\.upstream) == ["b", "a", "c"])
    #expect(section.rows.map(\.meanRank) == [1, 2, nil])
    #expect(
      section.remarks == [
        "Rows by mean rank over 2 tasks, incomplete rows last."
      ])
  }

  @Test func failuresWithOneReasonShareAFootnote() {
    let hung = ExperimentResult.Failure(kind: .hung, reason: "no progress")
    let bug = ExperimentResult.Failure(kind: .bug, reason: "lost")
    let section = section([
      result("a", "s", [], failure: hung),
      result("a", "t", [], failure: hung),
      result("b", "s", [metric("m", 0.5)], failure: bug),
      result("b", "t", [metric("m", 0.5), metric("n", 1, isPrimary: false)]),
      result("c", "s", [], failure: hung),
    ])
    #expect(
      section.rows.map(shown) == [
        ["✗1", "50.00*", "100.00*"], ["✗2", "✗2", "✗2"], ["✗2", "–", "–"],
      ])
    #expect(
      section.footnotes.map(\.text) == [
        "bug: lost (b: s)", "hung: no progress (a: s, t; c: s)",
      ])
  }

  @Test func limitedAndOtherProfilesAreSectionsOfTheirOwnAndNotRanked() {
    let sections = standings([
      result("a", "t", [metric("m", 0.5)]),
      result("a", "t", [metric("m", 0.7)], limit: 1),
      result("b", "t", [metric("m", 0.8)], limit: 1),
      result("a", "t", [metric("m", 0.9)], profile: .dev),
    ]).sections
    #expect(
      sections.map(\.condition.heading) == [
        "Leaderboard", "Not ranked: profile dev",
        "Not ranked: profile full, at most 1 utterance per split",
      ])
    #expect(
      sections.map { $0.rows.map(shown) } == [
        [["50.00*"]], [["90.00"]], [["70.00"], ["80.00"]],
      ])
    #expect(sections[2].rows.map(\.meanRank) == [nil, nil])
  }

  @Test func theScoreIsShownForCompleteRankedRowsOnly() {
    let anchors = ScoreAnchors(
      tasks: [
        "t": ["m": .init(fbank: 40, sota: 80)],
        "s": ["n": .init(fbank: 20, sota: 10)],
      ])
    let low = metric("n", 15, unit: .percent, higherIsBetter: false)
    let results = [
      result("a", "t", [metric("m", 0.4)]), result("a", "s", [low]),
      result("b", "t", [metric("m", 0.8)]), result("b", "s", [low]),
      result("c", "t", [metric("m", 0.9)]),
      result("d", "t", [metric("m", 0.8)], limit: 2),
      result("d", "s", [low], limit: 2),
    ]
    let sections = standings(results, score: anchors).sections
    #expect(sections[0].rows.map(\.upstream) == ["b", "a", "c"])
    #expect(sections[0].rows.map(\.score) == [750, 250, nil])
    #expect(sections[0].columns[0] == .score)
    #expect(shown(sections[0].rows[0])[0] == "750.0*")
    #expect(shown(sections[0].rows[2])[0] == "–")
    #expect(sections[1].rows.map(\.score) == [nil])
    #expect(sections[1].columns.map(\.task) == ["s", "t"])
    let unasked = standings(results).sections[0]
    #expect(unasked.rows.allSatisfy { $0.score == nil })
  }

  @Test func aScoreThatNobodyHasIsExplained() {
    let anchors = ScoreAnchors(
      tasks: ["x": ["m": .init(fbank: 40, sota: 80)]])
    let section = section(
      [result("a", "t", [metric("m", 0.4)])], score: anchors)
    #expect(
      section.remarks == ["No row has every figure that superb_s is made of."])
    #expect(section.columns.map(\.task) == ["t"])
  }

  @Test func mixedWeightsAndTaskVersionsAreRemarked() {
    var other = result("a", "t", [metric("m", 0.4)])
    other.upstream.digest = "d2"
    var newer = result("b", "s", [metric("m", 0.4)])
    newer.task.version = 2
    let section = section([
      other, newer, result("a", "s", [metric("m", 0.4)]),
    ])
    #expect(
      section.remarks.contains(
        "The row of a mixes different weights of that name."))
    #expect(
      section.remarks.contains(
        "The column of s mixes versions 1, 2 of the task."))
  }

  @Test func figuresThatAreNoNumbersAreMissing() {
    let section = section([
      result("a", "t", [metric("m", .nan)]),
      result("b", "t", [metric("m", .greatestFiniteMagnitude)]),
    ])
    #expect(section.rows.map(shown) == [["–"], ["–"]])
  }
}
