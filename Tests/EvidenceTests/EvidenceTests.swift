import Foundation
import Leaderboard
import Records
import Statistics
import Testing

@testable import Evidence

@Suite final class EvidenceTests {
  private let root =
    NSTemporaryDirectory() + "superb-evidence-\(UUID().uuidString)"

  deinit { try? FileManager.default.removeItem(atPath: root) }

  /// Writes a result with its answers, and gives its folder.
  private func add(
    _ signature: String, _ metric: ExperimentResult.Metric,
    _ answers: [(String, String, String)]
  ) throws -> String {
    let folder = "\(root)/\(signature.prefix(12))"
    try FileManager.default.createDirectory(
      atPath: folder + "/predictions", withIntermediateDirectories: true)
    let result = ExperimentResult(
      status: .done,
      upstream: .init(
        name: signature, digest: "d", layers: 1, dimension: 1,
        samplesPerFrame: 160),
      task: .init(id: "t", title: "T", version: 1), metrics: [metric],
      signature: signature, seed: 1, config: .map([:]), versions: [:],
      cost: .init(
        wallSeconds: 1, cpuSeconds: 1, peakMemoryBytes: 1, upstreamPasses: 0,
        trainingSteps: 1), finishedAt: "2025-03-01T12:00:00Z")
    try result.write(toFolder: folder)
    let lines = answers.map {
      "{\"id\":\"\($0.0)\",\"predicted\":\"\($0.1)\",\"truth\":\"\($0.2)\"}\n"
    }
    try lines.joined().write(
      toFile: folder + "/predictions/test.jsonl", atomically: true,
      encoding: .utf8)
    return folder
  }

  private func accuracy(_ value: Double) -> ExperimentResult.Metric {
    .init(
      name: "acc", title: "accuracy", split: "test", value: value,
      unit: .fraction, higherIsBetter: true, isPrimary: true)
  }

  /// Twelve speakers with four utterances each, of which `right` are right.
  private func spoken(right: Int) -> [(String, String, String)] {
    (0..<48).map { i in
      ("\(100 + i % 12)-1-\(i)", i < right ? "a" : "b", "a")
    }
  }

  private func kept(_ folder: String) throws -> (
    ExperimentResult, KeptPredictions
  ) {
    let result = try #require(ExperimentResult.read(fromFolder: folder))
    return (result, KeptPredictions(of: result, in: folder))
  }

  @Test func accuraciesAreDrawnOverSpeakers() throws {
    let folder = try add("aaaaaaaaaaaa", accuracy(0.75), spoken(right: 36))
    let (result, _) = try kept(folder)
    let evidence = CellEvidence(of: result, in: folder)
    let figure = try #require(evidence[result.metrics[0]])
    #expect(figure.isRecomputed)
    #expect(figure.unit == "speakers")
    #expect(figure.groups == 12)
    // Three of four are right for every speaker: they do not differ.
    #expect(figure.interval == Interval(low: 0.75, high: 0.75))
    #expect(CellEvidence(of: result, in: folder) == evidence)
  }

  @Test func wordErrorsAreCountedOverAllWords() throws {
    let metric = ExperimentResult.Metric(
      name: "wer", title: "WER", split: "test", value: 100 * 2.0 / 7,
      unit: .percent, higherIsBetter: false, isPrimary: true)
    let folder = try add(
      "bbbbbbbbbbbb", metric,
      [("1", "a b c", "a b d"), ("2", "a b", "a b"), ("3", "x y", "y y")])
    let (result, kept) = try kept(folder)
    let answers = try #require(ScoredAnswers(result.metrics[0], of: kept))
    #expect(answers.drawing.unit == "utterances")
    #expect(answers.scale == 100)
  }

  /// Three wrong of 30 frames in all; the answers are of no use.
  @Test func whatATaskKeepsOfAFigureIsBelieved() throws {
    let metric = ExperimentResult.Metric(
      name: "der_lowest", title: "DER", split: "test", value: 0.1,
      unit: .fraction, higherIsBetter: false, isPrimary: true)
    let folder = try add("acacacacacac", metric, [("x", "a", "b")])
    func write(_ wrong: Double) throws {
      try (0..<3).map {
        "{\"metric\":\"der_lowest\",\"id\":\"r\($0)\",\"counted\":\(wrong),"
          + "\"possible\":10}\n"
      }.joined().write(
        toFile: folder + "/test_shares.jsonl", atomically: true,
        encoding: .utf8)
    }
    try write(1)
    let (result, kept) = try kept(folder)
    let answers = try #require(ScoredAnswers(result.metrics[0], of: kept))
    #expect(answers.drawing.groups == 3)
    try write(2)
    #expect(ScoredAnswers(result.metrics[0], of: kept) == nil)
  }

  @Test func slotsHaveTheirF1() throws {
    let metric = ExperimentResult.Metric(
      name: "slot_edit_f1_full", title: "F1", split: "test",
      value: 100 * 2.0 / 4, unit: .percent, higherIsBetter: true,
      isPrimary: true)
    let folder = try add(
      "adadadadadad", metric,
      [
        ("1", "B-a X E-a", "B-a X E-a"), ("2", "Y", "B-b Y E-b"),
        ("3", "B-c Z E-c", "Z"),
      ])
    let (result, kept) = try kept(folder)
    let answers = try #require(ScoredAnswers(result.metrics[0], of: kept))
    #expect(answers.scale == 100)
    #expect(answers.drawing.figure.value == 0.5)
  }

  @Test func figuresAreDividedBySpeakerAndAttribute() throws {
    let folder = try add("aeaeaeaeaeae", accuracy(0.75), spoken(right: 36))
    let (result, kept) = try kept(folder)
    let answers = try #require(ScoredAnswers(result.metrics[0], of: kept))
    let divisions = GroupFigures.all(of: answers)
    #expect(divisions.map(\.key) == ["speaker"])
    #expect(divisions[0].groups.count == 12)
    #expect(divisions[0].groups[0].utterances == 4)
    #expect(divisions[0].groups[0].value == 0.75)
    let lines = (0..<4).map {
      "{\"id\":\"u\($0)\",\"predicted\":\"\($0 < 3 ? "a" : "b")\","
        + "\"truth\":\"a\",\"attributes\":{\"gender\":\"\($0 % 2)\"}}\n"
    }
    try lines.joined().write(
      toFile: folder + "/predictions/test.jsonl", atomically: true,
      encoding: .utf8)
    let said = try #require(ScoredAnswers(result.metrics[0], of: kept))
    let genders = GroupFigures.all(of: said)
    #expect(genders.map(\.key) == ["gender"])
    #expect(genders[0].groups.map(\.value) == [1, 0.5])
  }

  @Test func rowsAreComparedWithTheRowAbove() throws {
    for (name, right) in [("aa", 48), ("bb", 47), ("cc", 5)] {
      let folder = "\(root)/\(name)/t/"
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      let made = try add(
        String(repeating: name, count: 6), accuracy(Double(right) / 48),
        spoken(right: right))
      try FileManager.default.moveItem(
        atPath: made,
        toPath: folder + String(repeating: name, count: 6))
    }
    let board = try Leaderboard.collect(runs: root)
    let rows = RowComparisons(board.boards(), runs: root)
    #expect(rows.compared == 2)
    #expect(rows.untold == 0)
    #expect(rows.level.count == 1)
    #expect(rows.level.first?.hasPrefix("bb/") == true)
    let table = try board.render(.table, marks: rows.marks)
    #expect(table.contains("97.92≈"))
    #expect(table.contains("10.42 \n") || table.contains("10.42\n"))
    #expect(table.contains("≈ not told apart from the row above"))
  }

  @Test func comparisonsNameWhatFlips() throws {
    let one = try add("cccccccccccc", accuracy(0.75), spoken(right: 36))
    let two = try add("dddddddddddd", accuracy(0.25), spoken(right: 12))
    let (a, first) = try kept(one)
    let (b, second) = try kept(two)
    let found = try Comparison(
      a.metrics[0], of: first, b.metrics[0], of: second)
    #expect(found.difference == 0.5)
    #expect(found.onlyFirst == 24)
    #expect(found.onlySecond == 0)
    #expect(found.flips.count == 24)
    #expect((found.mcNemar ?? 1) < 1e-6)
    #expect((found.randomization ?? 1) < 0.01)
  }

  @Test func otherQuestionsCannotBeCompared() throws {
    let one = try add("eeeeeeeeeeee", accuracy(0.75), spoken(right: 36))
    let two = try add("ffffffffffff", accuracy(1), [("x", "a", "a")])
    let (a, first) = try kept(one)
    let (b, second) = try kept(two)
    #expect(throws: (any Error).self) {
      try Comparison(a.metrics[0], of: first, b.metrics[0], of: second)
    }
  }

  @Test func aResultThatWasChangedIsContradicted() throws {
    let folder = try add("abababababab", accuracy(0.75), spoken(right: 36))
    #expect(Verification(folder: folder).problems.isEmpty)
    #expect(Verification(folder: folder).recomputed == ["acc"])
    let path = folder + "/result.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try text.replacingOccurrences(of: "0.75", with: "0.95").write(
      toFile: path, atomically: true, encoding: .utf8)
    let changed = Verification(folder: folder)
    #expect(changed.problems.count == 1)
    #expect(changed.unproven == ["acc"])
  }

  @Test func resultsAreFoundByTheBeginningOfTheirSignature() throws {
    _ = try add("abcdef012345", accuracy(1), [("x", "a", "a")])
    _ = try add("abcdee012345", accuracy(1), [("x", "a", "a")])
    #expect(
      try ResultFolder.find("abcdef", in: root).result.signature
        == "abcdef012345")
    #expect(throws: (any Error).self) { try ResultFolder.find("abc", in: root) }
    #expect(throws: (any Error).self) { try ResultFolder.find("9", in: root) }
  }
}
