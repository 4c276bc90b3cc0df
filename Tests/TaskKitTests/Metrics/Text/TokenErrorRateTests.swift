import Testing

@testable import TaskKit

@Suite struct TokenErrorRateTests {
  private struct Counts: Decodable {
    var hits, substitutions, deletions, insertions: Int

    var value: EditCounts {
      EditCounts(
        hits: hits, substitutions: substitutions, deletions: deletions,
        insertions: insertions)
    }
  }

  private struct Transcript: Decodable {
    var reference, hypothesis: String
    var words, characters: Counts
  }

  @Test func countsAreJiwers() throws {
    let cases: [Transcript] = try metricFixture("transcripts")
    #expect(cases.count > 50)
    for sample in cases {
      #expect(
        TokenErrorRate.counts(
          .words, hypothesis: sample.hypothesis, reference: sample.reference)
          == sample.words.value)
      #expect(
        TokenErrorRate.counts(
          .characters, hypothesis: sample.hypothesis,
          reference: sample.reference) == sample.characters.value)
    }
  }

  @Test func aCorpusRateIsNotAMeanOfRates() {
    var rate = TokenErrorRate(.words)
    rate.add(hypothesis: "x", reference: "a")
    rate.add(hypothesis: "a b c", reference: "a b c")
    #expect(rate.rate == 0.25)
    #expect(rate.utterances == 2)
    #expect(rate.percent(ifNoReference: 100) == 25)
  }

  @Test func withoutReferenceThereIsNoRate() {
    var rate = TokenErrorRate(.words)
    rate.add(hypothesis: "a b", reference: "  ")
    #expect(rate.rate == nil)
    #expect(rate.counts.insertions == 2)
    #expect(rate.percent(ifNoReference: 100) == 100)
  }

  @Test func splittingAtSingleSpacesKeepsEmptyTokens() {
    func edits(_ unit: TokenUnit, _ a: String, _ b: String) -> EditCounts {
      TokenErrorRate.counts(unit, hypothesis: a, reference: b)
    }
    // An empty text is one empty token: a substitution, not a deletion.
    #expect(
      edits(.spaceSeparated, "", "AA0 B")
        == EditCounts(substitutions: 1, deletions: 1))
    #expect(edits(.words, "", "AA0 B") == EditCounts(deletions: 2))
    #expect(edits(.spaceSeparated, "a", "") == EditCounts(substitutions: 1))
    #expect(edits(.words, "a", "") == EditCounts(insertions: 1))
    #expect(edits(.spaceSeparated, "a  b", "a b").insertions == 1)
    #expect(edits(.words, " a \t b\n", "a b") == EditCounts(hits: 2))
  }

  @Test func tokensAreEqualOnlyIfTheirCodePointsAre() {
    let composed = "\u{E9}"
    let decomposed = "e\u{301}"
    #expect(composed == decomposed)
    #expect(
      TokenErrorRate.counts(
        .words, hypothesis: composed, reference: decomposed
      ).substitutions
        == 1)
    #expect(
      TokenErrorRate.counts(
        .characters, hypothesis: composed, reference: decomposed
      ).edits == 2)
  }
}
