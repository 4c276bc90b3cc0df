import Foundation
import Records
import Testing

@testable import Hosting
@testable import Training

@Suite struct SnapshotTests {
  /// Blank, space, A, B over four frames: A, blank, space, B.
  @Test func posteriorsOfLikelySymbolsAreKept() {
    func row(_ likely: Int) -> [Float] {
      (0..<4).map { Float(log($0 == likely ? 0.97 : 0.01)) }
    }
    let emissions = Emissions(
      id: "u", text: "A B", values: [2, 0, 1, 3].flatMap(row))
    let tokens = EmissionTokens(
      names: ["<blank>", "|", "A", "B"], blank: 0, silence: 1)
    let item = TrainingSnapshot.Item(emissions, tokens)
    #expect(item.said == "A B")
    #expect(item.truth == "A B")
    #expect(item.symbols == ["<blank>", "|", "A", "B"])
    #expect(item.posteriors?[2] == [0.97, 0.01, 0.01, 0.01])
  }

  @Test func longUtterancesAreSummarised() {
    let emissions = Emissions(
      id: "u", text: nil,
      values: (0..<1000).flatMap { $0 == 500 ? [-9, 0] : [Float(0), -9] })
    let tokens = EmissionTokens(names: ["AH", "T"], blank: 0, silence: 0)
    let item = TrainingSnapshot.Item(emissions, tokens)
    #expect(item.posteriors?.map { $0.count } == [90, 90])
    #expect(item.posteriors?[1].max() == 1)
    #expect(item.said == "T")
  }

  /// Answers that are all alike are those of a head that has learned nothing.
  @Test func answersOfNoUseAreNamed() {
    func suspicion(_ answers: [(String, String)]) -> String? {
      var records = SplitRecords()
      records.predictions = answers.enumerated().map {
        .init(id: "\($0)", predicted: $1.0, truth: $1.1)
      }
      return records.suspicion(on: "test")
    }
    #expect(suspicion([("a", "a"), ("b", "a")]) == nil)
    #expect(suspicion([("a", "a"), ("a", "a")]) == nil)
    #expect(suspicion([("a", "a")]) == nil)
    #expect(suspicion([("", "a"), ("", "b")])?.contains("empty") == true)
    #expect(suspicion([("a", "a"), ("a", "b")])?.contains("chance") == true)
  }
}
