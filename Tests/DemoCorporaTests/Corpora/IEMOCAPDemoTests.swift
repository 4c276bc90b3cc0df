import Foundation
import Testing

@testable import DemoCorpora

struct IEMOCAPDemoTests {
  private struct MetaData: Decodable {
    struct Entry: Decodable, Hashable {
      var path: String
      var label: String
      var speaker: String
    }
    var labels: [String: Int]
    var meta_data: [Entry]
  }

  private let plan = IEMOCAPDemo().plan(seed: 1337, size: .standard)

  private func metaData(_ session: Int, _ split: String) throws -> MetaData {
    let name = "meta_data/Session\(session)/\(split)_meta_data.json"
    let text = try #require(plan.texts()[name])
    return try JSONDecoder().decode(MetaData.self, from: Data(text.utf8))
  }

  /// Name and emotion of every turn that the evaluations list.
  private func evaluated() throws -> [String: String] {
    var emotions: [String: String] = [:]
    for (path, text) in plan.texts() where path.contains("EmoEvaluation") {
      #expect(
        text.hasPrefix(
          "% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]\n"))
      for line in text.split(separator: "\n") where line.hasPrefix("[") {
        let fields = line.split(separator: "\t").map(String.init)
        try #require(fields.count == 4)
        #expect(
          fields[0].wholeMatch(of: /\[\d+\.\d{4} - \d+\.\d{4}\]/) != nil)
        #expect(
          fields[3].wholeMatch(of: /\[\d\.\d{4}, \d\.\d{4}, \d\.\d{4}\]/)
            != nil)
        emotions[fields[1]] = fields[2]
      }
    }
    return emotions
  }

  @Test func evaluationsListEveryTurn() throws {
    let emotions = try evaluated()
    let names = plan.clips.compactMap {
      components($0.path).last.map { String($0.dropLast(4)) }
    }
    #expect(emotions.keys.sorted() == names.sorted())
    #expect(
      Set(emotions.values)
        == ["neu", "hap", "exc", "ang", "sad", "fru", "xxx"])
  }

  @Test func turnsLieByDialog() throws {
    for clip in plan.clips {
      let parts = components(clip.path)
      try #require(parts.count == 5)
      #expect(parts[1...2] == ["sentences", "wav"])
      #expect(parts[3].hasPrefix("Ses0\(parts[0].suffix(1))"))
      #expect(parts[4].hasPrefix(parts[3] + "_"))
      #expect(parts[4].suffix(8).wholeMatch(of: /[FM]\d{3}\.wav/) != nil)
    }
  }

  @Test(arguments: 1...5)
  func metaDataHoldsTheFourClassesOfEachFold(session: Int) throws {
    let emotions = try evaluated()
    let train = try metaData(session, "train")
    let test = try metaData(session, "test")
    for data in [train, test] {
      #expect(data.labels == ["neu": 0, "hap": 1, "ang": 2, "sad": 3])
      for entry in data.meta_data {
        let name = try #require(components(entry.path).last).dropLast(4)
        let emotion = emotions[String(name)]
        #expect(entry.label == (emotion == "exc" ? "hap" : emotion))
        #expect(name.hasPrefix(entry.speaker + "_"))
      }
    }
    let kept = emotions.values.filter { !["fru", "xxx"].contains($0) }.count
    #expect(train.meta_data.count + test.meta_data.count == kept)
    #expect(
      test.meta_data.allSatisfy { $0.path.hasPrefix("Session\(session)/") })
    #expect(Set(train.meta_data).isDisjoint(with: test.meta_data))
    #expect(Set(test.meta_data.map(\.label)).count == 4)
  }

  @Test func turnsOfADialogFollowEachOtherInTime() throws {
    let text = try #require(
      plan.texts(clipLength: 32_000).first { $0.key.contains("EmoEval") }?
        .value)
    var clock = 0.0
    for match in text.matches(of: /\[(\d+\.\d+) - (\d+\.\d+)\]/) {
      let start = try #require(Double(match.1))
      let end = try #require(Double(match.2))
      #expect(start > clock)
      #expect(abs(end - start - 2) < 1e-3)
      clock = end
    }
    #expect(clock > 30)
  }
}
