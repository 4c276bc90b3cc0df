import Testing

@testable import DemoCorpora

struct AudioSNIPSDemoTests {
  private let plan = AudioSNIPSDemo().plan(seed: 1337, size: .standard)

  @Test func everyRecordingHasALineWithASlotAWord() throws {
    let lines = (plan.texts()["all.iob.snips.txt"] ?? "")
      .split(separator: "\n")
    #expect(lines.count == plan.clips.count)
    let slots = Set(
      (plan.texts()["slots.txt"] ?? "").split(separator: "\n"))
    var ids: Set<Substring> = []
    for line in lines {
      let halves = line.split(separator: "\t")
      try #require(halves.count == 2)
      let words = halves[0].split(separator: " ")
      let labels = halves[1].split(separator: " ")
      ids.insert(words[0])
      #expect(words[1] == "BOS" && words.last == "EOS")
      // Id and intent stand beside as many words and labels.
      #expect(words.count == labels.count + 1)
      #expect(labels[0] == "O")
      #expect(slots.isSuperset(of: labels.dropLast()))
    }
    #expect(
      ids.map { $0 + ".wav" }.sorted()
        == plan.clips.map { Substring(components($0.path)[1]) }.sorted())
  }

  @Test func slotsBeginWithNoneAndEndWithoutALine() throws {
    let text = try #require(plan.texts()["slots.txt"])
    #expect(text.hasPrefix("O\n"))
    #expect(!text.hasSuffix("\n"))
    #expect(text.split(separator: "\n").count == 6)
  }

  @Test func voicesAreThoseOfTheProtocolsSplits() {
    let voices = Dictionary(grouping: plan.clips) { components($0.path)[0] }
      .mapValues { clips in
        Set(clips.map { components($0.path)[1].prefix { $0 != "-" } })
      }
    #expect(voices["train"]?.count == 8)
    #expect(voices["valid"] == ["Aditi", "Amy", "Geraint", "Nicole"])
    #expect(voices["test"] == ["Brian", "Emma", "Raveena", "Russell"])
  }

  @Test func trainingSaysEveryWordOfTheOtherSplits() {
    func words(_ split: String) -> Set<String> {
      Set(
        plan.clips.filter { $0.path.hasPrefix(split) }
          .flatMap { clip -> [String] in
            guard case .speech(let utterance) = clip.source else { return [] }
            return utterance.text.split(separator: " ").map(String.init)
          })
    }
    #expect(words("valid").union(words("test")).isSubset(of: words("train")))
  }
}
