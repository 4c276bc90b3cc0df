import Testing

@testable import Checking

@Suite struct PublishedCountsTests {
  private func missing(
    _ task: String, _ split: String, _ utterances: Int, files: Int = 0
  ) -> Int? {
    PublishedCounts.completeness(
      of: CorpusCheck.Split(
        name: split, utterances: utterances, files: files, hours: 1),
      task: task)?.missing
  }

  @Test func corporaAreHeldAgainstWhatIsPublished() {
    #expect(missing("ic", "train", 23_132) == 0)
    #expect(missing("ic", "train", 23_000) == 132)
    #expect(missing("sd", "dev", 3100, files: 2999) == 1)
    // Either version.
    #expect(missing("ks", "test", 3081) == 0)
    #expect(missing("ks", "test", 4890) == 0)
    // A demo is another corpus, and training is drawn with replacement.
    #expect(missing("ic", "train", 558) == nil)
    #expect(missing("ks", "train", 51_094) == nil)
    #expect(missing("mine", "test", 5) == nil)
  }
}
