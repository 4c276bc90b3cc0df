import Testing

@testable import DemoCorpora

struct FluentSpeechCommandsDemoTests {
  private func tables(_ size: DemoSize) -> [String: [[String]]] {
    FluentSpeechCommandsDemo().plan(seed: 1337, size: size).texts()
      .mapValues { text in
        text.split(separator: "\n").map {
          $0.split(separator: ",", omittingEmptySubsequences: false)
            .map(String.init)
        }
      }
  }

  @Test func tablesHaveTheHeaderAndNameEveryClip() throws {
    let plan = FluentSpeechCommandsDemo().plan(seed: 1337, size: .standard)
    let tables = tables(.standard)
    #expect(
      Set(tables.keys)
        == ["data/train_data.csv", "data/valid_data.csv", "data/test_data.csv"])
    var listed: [String] = []
    for rows in tables.values {
      #expect(
        rows.first == [
          "", "path", "speakerId", "transcription", "action", "object",
          "location",
        ])
      for (index, row) in rows.dropFirst().enumerated() {
        try #require(row.count == 7)
        #expect(row[0] == String(index))
        #expect(row[1].hasPrefix("wavs/speakers/\(row[2])/"))
        listed.append(row[1])
      }
    }
    #expect(listed.sorted() == plan.clips.map(\.path).sorted())
  }

  @Test func inventoryIsTheRealOne() {
    let intents = FluentSpeechCommandsDemo.Intent.all
    #expect(intents.count == 31)
    #expect(
      Set(intents.map { "\($0.action)/\($0.object)/\($0.location)" }).count
        == 31)
    #expect(Set(intents.map(\.action)).count == 6)
    #expect(Set(intents.map(\.object)).count == 14)
    #expect(Set(intents.map(\.location)).count == 4)
    #expect(intents.allSatisfy { $0.wordings.count == 2 })
    // A wording that stood for two intents could not be learnt.
    let wordings = intents.flatMap(\.wordings)
    #expect(Set(wordings).count == wordings.count)
  }

  @Test(arguments: [DemoSize.standard, .tiny])
  func trainingKnowsEveryLabelAndNoSpeakerOfTheOthers(size: DemoSize) {
    let tables = tables(size).mapValues { $0.dropFirst() }
    let train = tables["data/train_data.csv"] ?? []
    for name in ["data/valid_data.csv", "data/test_data.csv"] {
      let other = tables[name] ?? []
      #expect(!other.isEmpty)
      #expect(Set(other.map { $0[2] }).isDisjoint(with: train.map { $0[2] }))
      for slot in 4...6 {
        #expect(
          Set(other.map { $0[slot] }).isSubset(of: train.map { $0[slot] }))
      }
    }
  }
}
