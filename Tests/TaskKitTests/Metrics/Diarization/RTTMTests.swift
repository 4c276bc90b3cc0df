import Testing

@testable import TaskKit

@Suite struct RTTMTests {
  private let line = "SPEAKER rec 1 0.50 1.25 <NA> <NA> ann <NA>"

  @Test func turnsAreRead() throws {
    let turns = try RTTM.parse(
      ";; a comment\nSPKR-INFO rec 1 <NA> <NA> <NA> unknown ann <NA>\n"
        + line + "\r\nSPEAKER  rec\t1  2 .5 <NA> <NA> bob <NA> <NA>\n")
    #expect(
      turns == [
        SpeakerTurn(recording: "rec", speaker: "ann", start: 0.5, end: 1.75),
        SpeakerTurn(recording: "rec", speaker: "bob", start: 2, end: 2.5),
      ])
    #expect(
      RTTM.format(turns).split(separator: "\n").first.map(String.init) == line)
    #expect(try RTTM.parse(RTTM.format(turns)) == turns)
  }

  @Test func turnsThatRoundToNothingAreLeftOut() throws {
    let turn = SpeakerTurn(recording: "r", speaker: "a", start: 1, end: 1.004)
    #expect(RTTM.format([turn]).isEmpty)
    #expect(RTTM.format([turn], decimals: 3).contains(" 1.000 0.004 "))
  }

  @Test(arguments: [
    "", "LEXEME rec 1 0 1 a lex ann <NA>", "SPEAKER rec 1 0 1 <NA> <NA> ann",
    "SPEAKER rec 1 -1 1 <NA> <NA> ann <NA>",
    "SPEAKER rec 1 0 0 <NA> <NA> ann <NA>",
    "SPEAKER rec 1 0 nan <NA> <NA> ann <NA>",
    "SPEAKER rec 1 inf 1 <NA> <NA> ann <NA>",
    "SPEAKER rec 1 1e30 1 <NA> <NA> ann <NA>",
    "SPEAKER rec 2 0 1 <NA> <NA> ann <NA>",
    "SPEAKER rec 1 0 1 <NA> <NA> ann <NA> <NA> <NA>",
  ])
  func badLinesAreRefusedWithTheirNumber(bad: String) {
    let error = #expect(throws: MetricError.self) {
      try RTTM.parse(line + "\n" + bad + "\n" + line)
    }
    #expect(error?.line == 2)
  }

  @Test func aFileWithoutTurnsIsRefused() {
    for text in ["", ";; nothing\n"] {
      #expect(throws: MetricError.self) { try RTTM.parse(text) }
    }
  }

  @Test func regionsAreRead() throws {
    let regions = try ScoringRegions(
      parsing: ";; file\nrec 1 0 1.5\nrec 1 2 3\nother 1 0.5 1\n")
    #expect(regions.regions["rec"]?.map(\.end) == [1.5, 3])
    #expect(regions.regions["other"]?.map(\.start) == [0.5])
    for bad in ["", "rec 1 0\n", "rec 1 2 1\n", "rec 1 -1 1\n", "rec 1 x 1\n"] {
      #expect(throws: MetricError.self) { try ScoringRegions(parsing: bad) }
    }
  }

  @Test func damagedTextsAreReadOrRefused() {
    let text = (0..<20).map {
      "SPEAKER rec 1 \(Double($0) / 4) 0.5 <NA> <NA> s\($0 % 3) <NA>\n"
    }.joined()
    let results = errorsOfDamaged(text, seed: 10) {
      let turns = try RTTM.parse($0)
      #expect(turns.allSatisfy { $0.span.start < $0.span.end })
      let score = try DiarizationErrorRate().report(
        reference: turns, system: turns
      ).overall
      #expect(score.errorRate == 0)
    }
    let regions = errorsOfDamaged(
      (0..<20).map { "rec\($0 % 3) 1 \($0) \($0 + 2)\n" }.joined(), seed: 11
    ) { _ = try ScoringRegions(parsing: $0) }
    for result in results + regions { #expect(result.error is MetricError?) }
    #expect((results + regions).contains { $0.error != nil })
  }
}
