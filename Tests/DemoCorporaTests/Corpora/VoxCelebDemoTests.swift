import Testing

@testable import DemoCorpora

struct VoxCelebDemoTests {
  private let plan = VoxCelebDemo().plan(seed: 1337, size: .standard)

  private func lines(_ name: String) -> [[String]] {
    (plan.texts()[name] ?? "").split(separator: "\n").map {
      $0.split(separator: " ").map(String.init)
    }
  }

  @Test func filesLieByTreeSpeakerAndVideo() throws {
    for clip in plan.clips {
      let parts = components(clip.path)
      try #require(parts.count == 5)
      #expect(["dev", "test"].contains(parts[0]))
      #expect(parts[1] == "wav")
      let id = try #require(Int(parts[2].dropFirst(2)))
      #expect(parts[2].hasPrefix("id"))
      #expect((10_001...11_251).contains(id))
      #expect((parts[0] == "test") == (10_270...10_309).contains(id))
      #expect(parts[3].count == 11)
      #expect(parts[4].wholeMatch(of: /\d{5}\.wav/) != nil)
    }
    #expect(Set(plan.clips.map { components($0.path)[2] }).count == 22)
  }

  @Test func identificationListsEveryFileOnceAndEverySpeakerInEverySplit() {
    let list = lines("veri_test_class.txt")
    #expect(
      list.map { $0[1] }.sorted()
        == plan.clips.map {
          components($0.path).dropFirst(2).joined(separator: "/")
        }.sorted())
    for split in ["1", "2", "3"] {
      let files = list.filter { $0[0] == split }.map { components($0[1]) }
      #expect(Set(files.map { $0[0] }).count == 22)
    }
    // No video is in two splits.
    let pairs = Set(list.map { "\($0[0]) \(components($0[1])[1])" })
    #expect(pairs.count == Set(list.map { components($0[1])[1] }).count)
  }

  @Test func trialsAreHalfTargetsOverTheTestTree() {
    let trials = lines("veri_test.txt")
    let tested = Set(plan.clips.map(\.path).filter { $0.hasPrefix("test/") })
    #expect(trials.count == 200)
    #expect(trials.filter { $0[0] == "1" }.count == 100)
    for trial in trials {
      #expect(tested.contains("test/wav/" + trial[1]))
      #expect(tested.contains("test/wav/" + trial[2]))
      let (one, two) = (components(trial[1]), components(trial[2]))
      #expect((trial[0] == "1") == (one[0] == two[0]))
      #expect(one[1] != two[1])
    }
  }

  @Test func someUtterancesNeedTheEightSecondCrop() {
    let long = plan.clips.filter { clip in
      guard case .speech(let utterance) = clip.source else { return false }
      return utterance.text.contains(", and ")
    }
    #expect(long.count >= 5)
  }

  @Test func noTwoSpeakersShareAVoice() {
    let voices = Dictionary(
      grouping: plan.clips, by: { components($0.path)[2] }
    ).values.map { clips in
      Set(
        clips.compactMap { clip -> String? in
          guard case .speech(let utterance) = clip.source else { return nil }
          return utterance.voice.variant
        })
    }
    #expect(voices.allSatisfy { $0.count == 1 })
    #expect(Set(voices).count == 22)
  }
}
