import Testing

@testable import TaskKit

@Suite struct DiarizationErrorRateTests {
  private struct Sample: Decodable {
    var reference, system: String
    var regions: String?
    var collar: Double
    var ignoreOverlaps: Bool
    var speech, missed, falseAlarm, confusion: Double
  }

  private func turn(
    _ speaker: String, _ start: Double, _ end: Double,
    in recording: String = "r"
  ) -> SpeakerTurn {
    SpeakerTurn(
      recording: recording, speaker: speaker, start: start, end: end)
  }

  @Test func timesAreThoseOfMDEval() throws {
    let cases: [Sample] = try metricFixture("diarizations")
    #expect(cases.count > 30)
    for sample in cases {
      let report = try DiarizationErrorRate(
        collar: sample.collar, ignoresOverlaps: sample.ignoreOverlaps
      ).report(
        reference: RTTM.parse(sample.reference),
        system: RTTM.parse(sample.system),
        regions: sample.regions.map { try ScoringRegions(parsing: $0) })
      let score = report.overall
      // The other program prints six decimals.
      #expect(abs(score.speech - sample.speech) < 2e-6)
      #expect(abs(score.missed - sample.missed) < 2e-6)
      #expect(abs(score.falseAlarm - sample.falseAlarm) < 2e-6)
      #expect(abs(score.confusion - sample.confusion) < 2e-6)
    }
  }

  @Test func equalTurnsHaveNoErrorWhateverTheNames() throws {
    var numbers = SeededNumbers(9)
    for _ in 0..<30 {
      let turns = (0..<20).map { _ in
        let start = Double.random(in: 0..<50, using: &numbers)
        let speaker = Int.random(in: 0..<4, using: &numbers)
        return turn(
          "s\(speaker)", start,
          start + Double.random(in: 0.1..<9, using: &numbers))
      }
      let renamed = turns.shuffled(using: &numbers).map {
        turn("x" + $0.speaker, $0.span.start, $0.span.end)
      }
      let report = try DiarizationErrorRate().report(
        reference: turns, system: renamed)
      #expect(report.overall.errorRate == 0)
      #expect(
        report.recordings[0].speakers.allSatisfy { "x" + $0 == $1 })
      let collar = try DiarizationErrorRate(collar: 0.25).report(
        reference: turns, system: renamed)
      #expect(collar.overall.errors == 0)
      #expect(collar.overall.speech < report.overall.speech)
    }
  }

  @Test func everyPartIsCounted() throws {
    // A: 0–10, of which 0–8 by x, 8–10 by y; B: 5–10 by nobody, since y is
    // better kept for … B, who overlaps it for 2 s; 10–12 y is invented.
    let report = try DiarizationErrorRate().report(
      reference: [turn("A", 0, 10), turn("B", 5, 10)],
      system: [turn("x", 0, 8), turn("y", 8, 12)])
    let score = report.overall
    #expect(score.speech == 15)
    #expect(score.missed == 5)
    #expect(score.falseAlarm == 2)
    #expect(score.confusion == 0)
    #expect(score.errorRate == 7.0 / 15)
    #expect(report.recordings[0].speakers == ["A": "x", "B": "y"])
    let single = try DiarizationErrorRate(ignoresOverlaps: true).report(
      reference: [turn("A", 0, 10), turn("B", 5, 10)],
      system: [turn("x", 0, 8), turn("y", 8, 12)])
    #expect(single.overall.speech == 5)
    #expect(single.overall.missed == 0)
    #expect(single.overall.falseAlarm == 2)
  }

  @Test func withoutRegionsFalseAlarmsAroundTheReferenceCount() throws {
    let reference = [turn("A", 2, 4)]
    let system = [turn("x", 0, 5)]
    let wide = try DiarizationErrorRate().report(
      reference: reference, system: system)
    #expect(wide.overall.falseAlarm == 3)
    let narrow = try DiarizationErrorRate().report(
      reference: reference, system: system,
      regions: ScoringRegions(["r": [TimeSpan(start: 2, end: 4)]]))
    #expect(narrow.overall.falseAlarm == 0)
  }

  @Test func recordingsAddUpAndMissingOnesAreSilence() throws {
    let report = try DiarizationErrorRate().report(
      reference: [turn("A", 0, 2, in: "b"), turn("A", 0, 3, in: "a")],
      system: [turn("x", 0, 2, in: "b"), turn("x", 0, 1, in: "c")])
    #expect(report.recordings.map(\.name) == ["a", "b", "c"])
    #expect(report.recordings.map(\.score.errorRate) == [1, 0, nil])
    #expect(report.overall.errorRate == 4.0 / 5)
  }

  @Test func impossibleInputIsRefused() {
    let good = [turn("A", 0, 1)]
    #expect(throws: MetricError.self) {
      try DiarizationErrorRate(collar: -1).report(
        reference: good, system: good)
    }
    for bad in [turn("A", 1, 1), turn("A", .nan, 1)] {
      #expect(throws: MetricError.self) {
        try DiarizationErrorRate().report(reference: good, system: [bad])
      }
    }
    #expect(throws: MetricError.self) {
      try DiarizationErrorRate().report(
        reference: good, system: good, regions: ScoringRegions([:]))
    }
  }
}
