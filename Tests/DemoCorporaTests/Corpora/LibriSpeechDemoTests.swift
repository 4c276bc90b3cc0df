import Foundation
import Testing

@testable import DemoCorpora

struct LibriSpeechDemoTests {
  private let plan = LibriSpeechDemo().plan(seed: 1337, size: .standard)

  @Test func filesLieBySplitSpeakerAndChapter() throws {
    for clip in plan.clips {
      let parts = components(clip.path)
      try #require(parts.count == 4)
      #expect(
        ["train-clean-100", "dev-clean", "test-clean"].contains(parts[0]))
      #expect(parts[3].hasPrefix("\(parts[1])-\(parts[2])-"))
      #expect(parts[3].wholeMatch(of: /\d+-\d+-\d{4}\.flac/) != nil)
    }
    let speakers = Dictionary(grouping: plan.clips) { components($0.path)[0] }
      .mapValues { Set($0.map { components($0.path)[1] }) }
    #expect(Set(speakers.values.flatMap { $0 }).count == 16)
  }

  @Test func everyRecordingHasALineInItsChapter() {
    let texts = plan.texts()
    for clip in plan.clips {
      let parts = components(clip.path)
      let chapter =
        parts.prefix(3).joined(separator: "/")
        + "/\(parts[1])-\(parts[2]).trans.txt"
      let id = parts[3].dropLast(5)
      #expect(
        texts[chapter]?.split(separator: "\n").count {
          $0.hasPrefix(id + " ")
        } == 1)
    }
  }

  @Test func everyWordIsInExactlyOneLexiconFile() {
    let texts = plan.texts()
    let files = ["200k", "allothers"].map { name in
      Set(
        (texts["librispeech-lexicon-\(name)-g2p.txt"] ?? "")
          .split(separator: "\n").compactMap { $0.split(separator: "\t").first }
      )
    }
    #expect(files[0].isDisjoint(with: files[1]))
    #expect(files.allSatisfy { !$0.isEmpty })
    let spoken = Set(
      texts.filter { $0.key.hasSuffix(".trans.txt") }.values
        .flatMap { $0.split(separator: "\n") }
        .flatMap { $0.split(separator: " ").dropFirst() })
    #expect(spoken.isSubset(of: files[0].union(files[1])))
  }

  @Test func everyPhoneIsAClassAndEveryClassIsSpoken() {
    let classes = LibriSpeechDemo.Lexicon.classes
    #expect(classes.count == 41)
    #expect(Set(classes).count == 41)
    #expect(
      Set(LibriSpeechDemo.Lexicon.all.flatMap(\.phones))
        == Set(classes.dropFirst(2)))
  }

  @Test(.needsEspeak) func alignmentsHaveAClassEvery10Milliseconds() throws {
    let directory = try TemporaryDirectory()
    _ = try DemoCorpora(seed: 3, jobs: 2, size: .tiny)
      .make(in: directory.path, only: ["librispeech"])
    let files = try directory.files(below: "librispeech")
    func lines(_ name: String) -> [String] {
      String(decoding: files[name] ?? Data(), as: UTF8.self)
        .split(separator: "\n").map(String.init)
    }
    let aligned = lines("converted_aligned_phones.txt").map {
      $0.split(separator: " ").map(String.init)
    }
    #expect(aligned.count == 6)
    let split = [lines("train_split.txt"), lines("test_split.txt")]
    #expect(split.map(\.count) == [5, 1])
    #expect(
      Set(split.flatMap { $0 }) == Set(aligned.compactMap(\.first)))
    for line in aligned {
      let classes = line.dropFirst().compactMap { Int($0) }
      #expect(classes.count == line.count - 1)
      #expect((100...600).contains(classes.count))
      #expect(classes.allSatisfy { (0..<41).contains($0) })
      // Silence, speech without a pause, silence.
      #expect(classes.first == 0 && classes.last == 0)
      let pieces = classes.split { $0 == 0 }
      #expect(pieces.count == 1)
      #expect(Set(classes).count > 8)
    }
  }
}
