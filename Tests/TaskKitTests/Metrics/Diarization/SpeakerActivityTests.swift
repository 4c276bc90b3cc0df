import Testing

@testable import TaskKit

@Suite struct SpeakerActivityTests {
  private struct Sample: Decodable {
    var probabilities: [Float]
    var frameShift: Double
    var threshold: Float
    var medianWidth: Int
    var rttm: String
  }

  @Test func turnsAreThoseOfTheProtocol() throws {
    let cases: [Sample] = try metricFixture("activities")
    #expect(cases.count > 10)
    for sample in cases {
      let turns = try SpeakerActivity(
        recording: "rec", probabilities: sample.probabilities, speakers: 2,
        frameShift: sample.frameShift
      ).turns(threshold: sample.threshold, medianWidth: sample.medianWidth)
      #expect(RTTM.format(turns) == sample.rttm)
      if !sample.rttm.isEmpty {
        #expect(try RTTM.parse(sample.rttm) == turns)
      }
    }
  }

  @Test func theThresholdItselfIsSilence() throws {
    let activity = try SpeakerActivity(
      recording: "r", probabilities: [0.3, 0.31, 0.3], speakers: 1,
      frameShift: 0.02)
    let turns = try activity.turns(threshold: 0.3, medianWidth: 1)
    #expect(turns.map(\.span) == [TimeSpan(start: 0.02, end: 0.04)])
  }

  @Test func theMedianIsTheMajorityOfItsWindow() throws {
    var numbers = SeededNumbers(12)
    for width in [1, 3, 5, 11] {
      for length in [0, 1, 4, 10, 50] {
        let values = (0..<length).map { _ in Bool.random(using: &numbers) }
        let plain = values.indices.map { i in
          (i - width / 2...i + width / 2).count {
            values.indices.contains($0) && values[$0]
          } > width / 2
        }
        #expect(
          try SpeakerActivity.medianFilter(values, width: width) == plain)
      }
    }
    for width in [0, 2, -3] {
      #expect(throws: MetricError.self) {
        try SpeakerActivity.medianFilter([true], width: width)
      }
    }
  }

  @Test func brokenShapesAreRefused() {
    #expect(throws: MetricError.self) {
      try SpeakerActivity(
        recording: "r", probabilities: [0, 1, 0], speakers: 2,
        frameShift: 0.02)
    }
    #expect(throws: MetricError.self) {
      try SpeakerActivity(
        recording: "r", probabilities: [0, 1], speakers: 2, frameShift: 0)
    }
  }

  @Test func theSweepFindsTheSettingWithTheLowestRate() throws {
    // Speech with holes, at 0.65 against 0.55 of noise: only a threshold of
    // 0.6 with the filter gives back the turn.
    let probabilities: [Float] = (0..<100).map { frame in
      let speaks = 20..<80 ~= frame && frame % 9 != 0
      return speaks ? 0.65 : 0.55
    }
    let activity = try SpeakerActivity(
      recording: "r", probabilities: probabilities, speakers: 1,
      frameShift: 0.02)
    let settings = try DiarizationSweep().settings(
      [activity],
      reference: [
        SpeakerTurn(recording: "r", speaker: "a", start: 0.4, end: 1.6)
      ])
    #expect(settings.count == 10)
    let best = DiarizationSweep.best(of: settings)
    #expect(best?.medianWidth == 11 && best?.threshold == 0.6)
    #expect(best?.score.errorRate == 0)
    #expect(DiarizationSweep.best(of: []) == nil)
  }

  @Test func framesAreScoredAsInTraining() throws {
    var score = FrameDiarizationScore()
    try score.add(
      reference: [
        true, false, true, true, false, false, true, false, true, true,
      ],
      system: [
        true, false, true, false, true, true, false, true, true, true,
      ], speakers: 2)
    #expect(
      score.score
        == DiarizationScore(
          speech: 6, missed: 1, falseAlarm: 2, confusion: 1))
    #expect(score.accuracy == 0.5)
    #expect(score.errorRate == 4.0 / 6)
  }

  @Test func framesWithoutSpeechAreWorthNothing() throws {
    var score = FrameDiarizationScore()
    try score.add(
      reference: [false, false], system: [false, false], speakers: 2)
    #expect(score.accuracy == 0)
    #expect(score.errorRate == 0)
    #expect(throws: MetricError.self) {
      try score.add(reference: [true], system: [true, true], speakers: 1)
    }
  }
}
