import Testing

@testable import DemoCorpora

struct SpeechCommandsDemoTests {
  private let training = SpeechCommandsDemo(part: .training)
    .plan(seed: 1337, size: .standard)
  private let test = SpeechCommandsDemo(part: .test)
    .plan(seed: 1337, size: .standard)

  /// The speaker in a file's name; nil if it has none.
  private func speaker(_ clip: Clip) -> String? {
    let parts = components(clip.path).last?.split(separator: "_")
    guard parts?.count == 3, parts?[1] == "nohash" else { return nil }
    return parts?.first.map(String.init)
  }

  @Test func splitsByHashAsThePublishedCorpusDoes() {
    // 69.798155 % and 13.933143 %.
    #expect(SpeechCommandsDemo.Split(speaker: "00176480") == .train)
    #expect(SpeechCommandsDemo.Split(speaker: "f428ca69") == .discarded)
  }

  @Test func hasAFolderPerWordAndTheBackgrounds() {
    let folders = Dictionary(
      grouping: training.clips, by: { components($0.path)[0] })
    let words = SpeechCommandsDemo.keywords + SpeechCommandsDemo.otherWords
    #expect(Set(folders.keys) == Set(words + ["_background_noise_"]))
    #expect(folders["_background_noise_"]?.count == 6)
    #expect(Set(training.clips.map(\.path)).count == training.clips.count)
  }

  @Test func everySplitHasEveryWord() {
    var words: [SpeechCommandsDemo.Split: Set<String>] = [:]
    var counts: [SpeechCommandsDemo.Split: Int] = [:]
    for clip in training.clips {
      guard let speaker = speaker(clip) else { continue }
      let split = SpeechCommandsDemo.Split(speaker: speaker)
      words[split, default: []].insert(components(clip.path)[0])
      counts[split, default: 0] += 1
    }
    #expect(words[.train]?.count == 20)
    #expect(words[.valid]?.count == 20)
    #expect(counts[.train, default: 0] >= 700)
    #expect(counts[.valid, default: 0] >= 150)
    #expect(counts[.discarded, default: 0] >= 20)
  }

  @Test func testTreeHasTwelveClassesAndSpeakersOfItsOwn() {
    let folders = Set(test.clips.map { components($0.path)[0] })
    #expect(
      folders
        == Set(SpeechCommandsDemo.keywords + ["_unknown_", "_silence_"]))
    let trained = Set(training.clips.compactMap(speaker))
    let tested = Set(test.clips.compactMap(speaker))
    #expect(tested.count == 18)
    #expect(trained.isDisjoint(with: tested))
  }

  @Test func clipsAreAtMostASecondAndSomeAreShorter() {
    var shorter = 0
    for clip in training.clips where !clip.path.hasPrefix("_") {
      guard case .fixed(let seconds, _) = clip.length else {
        Issue.record("\(clip.path) has no fixed length")
        continue
      }
      #expect(seconds <= 1)
      shorter += seconds < 1 ? 1 : 0
    }
    #expect(shorter > 50)
  }
}
