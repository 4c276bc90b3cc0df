import Testing

@testable import Records

@Suite struct AloneInBatchTests {
  @Test func foldsCountTogetherAndOneThatDiffersIsAWarning() {
    #expect(AloneInBatch(of: []) == nil)
    let good = AloneInBatch(utterances: 8, differing: [])
    #expect(good.warning == nil)
    let both = AloneInBatch(
      of: [good, AloneInBatch(utterances: 8, differing: ["b", "a"])])
    #expect(both == AloneInBatch(utterances: 16, differing: ["a", "b"]))
    #expect(
      both?.warning
        == "2 of 16 sampled utterances are answered otherwise alone than in a"
        + " batch: a, …")
  }
}
