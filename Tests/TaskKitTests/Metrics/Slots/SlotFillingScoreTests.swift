import Testing

@testable import TaskKit

@Suite struct SlotFillingScoreTests {
  private func score(_ pairs: [(hypothesis: String, reference: String)])
    -> SlotFillingScore
  {
    var score = SlotFillingScore()
    for pair in pairs {
      score.add(hypothesis: pair.hypothesis, reference: pair.reference)
    }
    return score
  }

  private func isClose(_ value: Double?, _ expected: Double) -> Bool {
    value.map { abs($0 - expected) < 5e-7 } ?? false
  }

  @Test func figuresAreThoseOfTheReferenceImplementation() {
    let score = score([
      (
        "ADD A TUNE TO MY B-playlist PARTY MIX E-playlist",
        "ADD A TUNE TO MY B-playlist PARTY MIKS E-playlist"
      ),
      (
        "PLAY B-artist ABA E-artist",
        "PLAY B-artist ABBA E-artist B-timeRange TODAY E-timeRange"
      ),
      ("HELLO", "HELLO"),
      (
        "B-artist X E-artist B-timeRange NOW E-timeRange",
        "B-artist Y E-artist"
      ),
    ])
    #expect(isClose(score.typeF1, 0.833333))
    #expect(isClose(score.valueCER, 0.45))
    #expect(isClose(score.valueWER, 0.8))
    #expect(isClose(score.textWords.rate, 0.45))
    #expect(isClose(score.textCharacters.rate, 0.476923))
    // Three altered values, one lost slot, one invented.
    #expect(score.editF1Full == 0)
    #expect(score.editF1Part == 0)
  }

  @Test func exactValuesMakeTheEditF1() {
    let score = score([
      (
        "B-a X E-a B-a Y E-a B-c Z E-c",
        "B-a Y E-a B-a Q E-a B-b Z E-b"
      )
    ])
    // Found: Y. Altered: Q. Lost: b. Invented: c.
    #expect(score.editF1Part == 100 * 2.0 / 5)
    #expect(score.editF1Full == 100 * 2.0 / 6)
  }

  @Test func eachReferenceValueMeetsTheNearestOfItsType() {
    let score = score([
      ("B-a LONG E-a B-a SHORT E-a", "B-a SHIRT E-a B-a LUNG E-a")
    ])
    #expect(score.valueCharacters.counts.substitutions == 2)
    #expect(score.valueCER == 2.0 / 9)
    // No word is right: of equals the first is taken, twice.
    #expect(score.valueWER == 1)
  }

  @Test func inventedSlotsCostTheValuesNothing() {
    let score = score([("B-a X E-a B-b Y E-b", "B-a X E-a")])
    #expect(score.valueCER == 0)
    #expect(isClose(score.typeF1, 2.0 / 3))
  }

  @Test func hopelessValuesCountAsEmptyOnes() {
    let long = String(repeating: "Z", count: 200)
    let score = score([("B-a \(long) E-a", "B-a X E-a")])
    #expect(score.valueCER == 1)
  }

  @Test func utterancesWithoutSlotsAreRightOnlyIfBothSidesHaveNone() {
    #expect(score([("X", "Y")]).typeF1 == 1)
    #expect(score([("B-a X E-a", "Y")]).typeF1 == 0)
    #expect(score([("X", "B-a Y E-a")]).typeF1 == 0)
    #expect(score([("X", "Y")]).valueCER == nil)
    #expect(score([("X", "Y")]).editF1Full == nil)
    #expect(SlotFillingScore().typeF1 == nil)
  }

  @Test func colonsAndSemicolonsAreOrdinaryCharacters() {
    let text = "B-time 7:30; NOW E-time"
    #expect(score([(text, text)]).valueCER == 0)
    #expect(score([(text, text)]).editF1Full == 100)
  }
}
