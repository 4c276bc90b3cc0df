import Testing

@testable import TaskKit

@Suite struct TrialScoresTests {
  private let list = """
    1 id1/v_1/00001.wav id1/v-2/00002.wav
    0 id1/v_1/00001.wav id2/v/00001.wav

    """

  private func scored(_ text: String) throws -> TrialScores {
    try TrialScores(
      parsing: text, for: VerificationTrials(parsing: list))
  }

  @Test func scoresAreFoundByNameOrByPathsInAnyOrder() throws {
    let byName = try scored(
      """
      id1-v_1-00001_id2-v-00001 -0.25
      id1-v_1-00001_id1-v-2-00002 7.5e-1
      """)
    #expect(byName.scores == [0.75, -0.25])
    #expect(byName.isTarget == [true, false])
    let byPaths = try scored(
      """
      id1/v_1/00001.wav id2/v/00001.wav -0.25
      id1/v_1/00001.wav id1/v-2/00002.wav 0.75
      """)
    #expect(byPaths == byName)
  }

  @Test func aRepeatedTrialCountsAsOftenAsItIsListed() throws {
    let trials = try VerificationTrials(
      parsing: "1 a.wav b.wav\n0 a.wav c.wav\n1 a.wav b.wav\n")
    let once = try TrialScores(parsing: "a_b 2\na_c 1\n", for: trials)
    #expect(once.scores == [2, 1, 2])
    #expect(
      try TrialScores(parsing: "a_b 2\na_c 1\na_b 2\n", for: trials) == once)
    #expect(throws: MetricError.self) {
      try TrialScores(parsing: "a_b 2\na_c 1\na_b 3\n", for: trials)
    }
    #expect(throws: MetricError.self) {
      try TrialScores(parsing: "a_b 2\na_c 1\na_c 1\n", for: trials)
    }
  }

  @Test(arguments: [
    ("", MetricError.Source.scores, nil),
    ("id1-v_1-00001_id2-v-00001 1\n", .trials, 1),
    ("id1-v_1-00001_id2-v-00001 nan\n", .scores, 1),
    ("id1-v_1-00001_id2-v-00001 1e999\n", .scores, 1),
    ("id1-v_1-00001_id2-v-00001 0x1\n", .scores, 1),
    ("nobody_id2-v-00001 1\n", .scores, 1),
    ("id1-v_1-00001_id2-v-00001\n", .scores, 1),
    ("\n", .scores, 1),
  ])
  func damagedScoresAreRefused(
    text: String, source: MetricError.Source, line: Int?
  ) {
    let error = #expect(throws: MetricError.self) { try scored(text) }
    #expect(error?.source == source)
    #expect(error?.line == line)
  }

  @Test(arguments: [
    ("", nil), ("1 a b c\n", 1), ("1 a b\ntarget a c\n", 2), ("1 a b\n\n", 2),
    ("1 a b\n0 a b\n", 2),
  ])
  func damagedListsAreRefused(text: String, line: Int?) {
    let error = #expect(throws: MetricError.self) {
      try VerificationTrials(parsing: text)
    }
    #expect(error?.line == line)
  }

  @Test func pairsThatShareANameAreRefused() throws {
    let trials = try VerificationTrials(parsing: "1 a/b.wav c\n0 a-b.wav c\n")
    let error = #expect(throws: MetricError.self) {
      try TrialScores(parsing: "a-b_c 1\n", for: trials)
    }
    #expect(error?.line == 2)
  }

  @Test func labelsMayStandBesideTheScores() throws {
    let scored = try TrialScores(
      parsing: "0.5 1\n-1\t0\n2 target\n0 nontarget\n")
    #expect(scored.scores == [0.5, -1, 2, 0])
    #expect(scored.isTarget == [true, false, true, false])
    for text in ["", "1\n", "1 2\n", "x 1\n", "1 1 1\n"] {
      #expect(throws: MetricError.self) { try TrialScores(parsing: text) }
    }
  }

  @Test func damagedTextsAreReadOrRefused() {
    let scores = (0..<30).map { "\(Double($0) / 8) \($0 % 2)\n" }.joined()
    let results = errorsOfDamaged(scores, seed: 6) {
      let scored = try TrialScores(parsing: $0)
      #expect(scored.scores.allSatisfy { $0.isFinite })
      #expect(scored.scores.count == scored.isTarget.count)
    }
    let trials = (0..<30).map { "\($0 % 2) a/\($0).wav b\n" }.joined()
    let lists = errorsOfDamaged(trials, seed: 7) {
      _ = try VerificationTrials(parsing: $0)
    }
    for result in results + lists { #expect(result.error is MetricError?) }
    #expect((results + lists).contains { $0.error != nil })
  }
}
