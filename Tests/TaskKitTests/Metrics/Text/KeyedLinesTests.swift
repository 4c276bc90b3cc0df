import Testing

@testable import TaskKit

@Suite struct KeyedLinesTests {
  @Test func theValueIsTheRestOfTheLineAsItIs() throws {
    let lines = try KeyedLines(parsing: "u1 A  B \r\nu2\nu3 \nu4\tx y").lines
    #expect(lines.map(\.id) == ["u1", "u2", "u3", "u4"])
    #expect(lines.map(\.value) == ["A  B ", "", "", "x y"])
    #expect(lines.map(\.number) == [1, 2, 3, 4])
    let csv = try KeyedLines(parsing: "a b,c,,d\n", separator: .comma).lines
    #expect(csv.map(\.id) == ["a b"] && csv.map(\.value) == ["c,,d"])
  }

  @Test(arguments: [
    ("", nil), ("a x\n\nb y", 2), ("a x\n y", 2), ("a x\nb y\na z\n", 3),
  ])
  func damagedFilesAreRefusedWithTheLine(text: String, line: Int?) {
    let error = #expect(throws: MetricError.self) {
      try KeyedLines(parsing: text)
    }
    #expect(error?.line == line)
  }

  @Test func aLineWithoutCommaIsRefused() {
    let error = #expect(throws: MetricError.self) {
      try KeyedLines(parsing: "a,b\nc\n", separator: .comma)
    }
    #expect(error?.line == 2)
  }

  @Test func pairsAreFoundByIdWhateverTheOrder() throws {
    let reference = try KeyedLines(parsing: "b B\na A\nc C")
    let hypothesis = try KeyedLines(parsing: "c x\nb y\na z")
    let pairs = try KeyedLines.pairs(
      hypothesis: hypothesis, reference: reference)
    #expect(pairs.map(\.id) == ["a", "b", "c"])
    #expect(pairs.map(\.hypothesis) == ["z", "y", "x"])
    #expect(pairs.map(\.reference) == ["A", "B", "C"])
  }

  @Test func anIdThatOnlyOneSideHasIsNamed() throws {
    let few = try KeyedLines(parsing: "a A\nb B")
    let many = try KeyedLines(parsing: "b B\nq Q\na A")
    let missing = #expect(throws: MetricError.self) {
      try KeyedLines.pairs(hypothesis: few, reference: many)
    }
    #expect(missing?.source == .reference && missing?.line == 2)
    let unknown = #expect(throws: MetricError.self) {
      try KeyedLines.pairs(hypothesis: many, reference: few)
    }
    #expect(unknown?.source == .hypothesis && unknown?.line == 2)
    #expect(unknown?.what.contains("'q'") == true)
  }

  @Test func damagedTextsAreReadOrRefused() {
    let text = (0..<20).map { "utt-\($0) some words\n" }.joined()
    let results = errorsOfDamaged(text, seed: 4) {
      let lines = try KeyedLines(parsing: $0).lines
      #expect(!lines.isEmpty && lines.allSatisfy { !$0.id.isEmpty })
      #expect(Set(lines.map(\.id)).count == lines.count)
    }
    #expect(results.allSatisfy { $0.error is MetricError? })
    #expect(results.contains { $0.error != nil })
  }
}
