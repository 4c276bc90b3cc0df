import Testing

@testable import DemoCorpora

struct LibriMixDemoTests {
  private let plan = LibriMixDemo().plan(seed: 1337, size: .standard)
  private let texts: [String: String]

  init() { texts = plan.texts() }

  private func lines(_ name: String) -> [[String]] {
    (texts[name] ?? "").split(separator: "\n").map {
      $0.split(separator: " ").map(String.init)
    }
  }

  @Test func everyRecordingIsInEveryFile() {
    for (split, count) in [("train", 40), ("dev", 8), ("test", 8)] {
      let names = lines("\(split)/wav.scp").map { $0[0] }
      #expect(Set(names).count == count)
      #expect(lines("\(split)/reco2dur").map { $0[0] } == names)
      #expect(Set(lines("\(split)/segments").map { $0[1] }) == Set(names))
      let files = plan.clips.map(\.path).filter { $0.hasPrefix(split + "/") }
      #expect(
        lines("\(split)/wav.scp").map { "\(split)/" + $0[1] }.sorted()
          == files.sorted())
    }
  }

  @Test func turnsAndSegmentsSayTheSame() throws {
    for split in ["train", "dev", "test"] {
      let speakers = Dictionary(
        uniqueKeysWithValues: lines("\(split)/utt2spk").map { ($0[0], $0[1]) })
      let segments = try lines("\(split)/segments").map { line in
        let duration =
          try #require(Double(line[3])) - #require(Double(line[2]))
        return "\(line[1]) \(line[2]) \((duration * 100).rounded()) "
          + (speakers[line[0]] ?? "")
      }
      let turns = try lines("\(split)/rttm").map { line in
        let duration = try #require(Double(line[4]))
        return "\(line[1]) \(line[3]) \((duration * 100).rounded()) \(line[7])"
      }
      #expect(segments.sorted() == turns.sorted())
      let listed = lines("\(split)/spk2utt").flatMap { $0.dropFirst() }
      #expect(listed.sorted() == speakers.keys.sorted())
    }
  }

  @Test func twoPeopleTalkOverOneAnotherWithPauses() throws {
    var overlaps = 0
    var pauses = 0
    for (name, segments) in Dictionary(
      grouping: lines("train/segments"), by: { $0[1] })
    {
      let duration = try #require(
        lines("train/reco2dur").first { $0[0] == name }.flatMap {
          Double($0[1])
        })
      #expect((15...20).contains(duration))
      let turns = segments.compactMap { line -> (Double, Double, String)? in
        guard let start = Double(line[2]), let end = Double(line[3]) else {
          return nil
        }
        return (start, end, components(line[0].replacing("_", with: "/"))[0])
      }.sorted { $0.0 < $1.0 }
      #expect(Set(turns.map(\.2)).count == 2)
      for (one, next) in zip(turns, turns.dropFirst()) {
        #expect(one.1 - one.0 > 0.4 && next.1 <= duration)
        if next.0 < one.1 {
          #expect(one.2 != next.2)
          overlaps += 1
        } else if next.0 > one.1 {
          pauses += 1
        }
      }
    }
    #expect(overlaps > 20 && pauses > 20)
  }

  @Test func nobodyIsInTwoSplits() {
    let people = ["train", "dev", "test"].map {
      Set(lines("\($0)/utt2spk").map { $0[1] })
    }
    #expect(people.map(\.count) == [12, 4, 4])
    #expect(people.reduce(Set()) { $0.union($1) }.count == 20)
  }
}
