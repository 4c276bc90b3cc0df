import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Upstreams

/// Language models of the user's, in nothing but the standard library.
@Suite(.enabled(if: PythonProgram.isThere, "there is no python3 on PATH"))
struct PythonScorerTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let source = """
      class Lengths:
          def __init__(self, ckpt=None):
              self.scale = float(ckpt or 1)

          def __call__(self, sentences):
              return [-self.scale * len(s.split()) for s in sentences]

      class Short:
          def __call__(self, sentences):
              return [0.0]

      class Failing:
          def __call__(self, sentences):
              raise ValueError("no such word")

      """
    try Data(source.utf8).write(to: URL(fileURLWithPath: folder.file("lm.py")))
  }

  private func scores(_ name: String, _ texts: [String]) throws -> [Double] {
    try PythonScorer(
      named: name, environment: PythonProgram.environment(folder.path)
    ).scores(of: texts, isCancelled: { false })
  }

  @Test func eachSentenceGetsItsNumberHoweverManyThereAre() throws {
    let texts = (0..<600).map { number in
      Array(repeating: "a\u{e9}", count: number % 5).joined(separator: " ")
    }
    #expect(
      try scores("python:lm:Lengths", texts)
        == (0..<600).map { -Double($0 % 5) })
    #expect(try scores("python:lm:Lengths?ckpt=2", ["a b"]) == [-4])
    #expect(try scores("python:lm:Lengths", []) == [])
    #expect(PythonScorer.recognizes("python:lm:Lengths"))
    #expect(!PythonScorer.recognizes("dev.ppl"))
  }

  @Test func whatIsWrongIsSaidInPythonsWords() throws {
    func refusal(_ name: String) -> String? {
      let error = #expect(throws: UserError.self) {
        try scores(name, ["a", "b"])
      }
      return error?.what
    }
    #expect(
      refusal("python:lm:Short")?.contains("[1] for 2 sentences") == true)
    #expect(
      refusal("python:lm:Failing")?.contains(
        "fails on these sentences: ValueError: no such word") == true)
    #expect(refusal("python:lm:None")?.contains("no class 'None'") == true)
  }
}
