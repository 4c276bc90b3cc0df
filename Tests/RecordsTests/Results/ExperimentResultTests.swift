import Foundation
import TestSupport
import Testing

@testable import Records

@Suite struct ExperimentResultTests {
  private func sample() throws -> ExperimentResult {
    var result = try ExperimentResult(
      of: Samples.experiment,
      failure: ExperimentResult.Failure(kind: .hung, reason: "ä \" \n / é"),
      cost: Samples.cost)
    result.metrics = [Samples.metric("acc", 0.1 + 0.2)]
    result.folds = [
      ExperimentResult.Fold(
        name: "fold1", metrics: [Samples.metric("acc", .pi)], bestStep: nil)
    ]
    result.limit = 5
    result.bestStep = 7
    result.warnings = ["one"]
    result.finishedAt = "2001-02-03T04:05:06Z"
    return result
  }

  @Test func decodedIsWhatWasEncoded() throws {
    let result = try sample()
    let decoded = try ExperimentResult.decoded(from: try result.encoded())
    #expect(decoded == result)
    #expect(decoded.metrics.first?.value == 0.1 + 0.2)
  }

  @Test func bytesAreAFunctionOfTheValue() throws {
    let bytes = try sample().encoded()
    for _ in 0..<20 { #expect(try sample().encoded() == bytes) }
    #expect(
      try ExperimentResult.decoded(from: bytes).encoded() == bytes)
    #expect(bytes.last == UInt8(ascii: "\n"))
  }

  @Test func foldsGiveTheirMeanInTheirOrder() throws {
    func fold(_ value: Double, _ step: Int) throws -> ExperimentResult {
      var result = try sample()
      result.status = .done
      result.failure = nil
      result.metrics = [
        Samples.metric("acc", value),
        Samples.metric("loss", value * 10, isPrimary: false),
      ]
      result.bestStep = step
      result.warnings = step == 1 ? ["odd"] : []
      return result
    }
    let folds = try [
      ("f1", fold(0.25, 1)), ("f2", fold(0.5, 2)), ("f3", fold(0.75, 3)),
    ]
    let mean = try ExperimentResult(folds: folds, signature: "s")
    #expect(mean.status == .done)
    #expect(mean.signature == "s")
    #expect(mean.metrics.map(\.value) == [0.5, 5])
    #expect(mean.folds.map(\.name) == ["f1", "f2", "f3"])
    #expect(mean.folds.map(\.bestStep) == [1, 2, 3])
    #expect(mean.bestStep == nil)
    #expect(mean.warnings == ["f1: odd"])
    #expect(mean.cost.wallSeconds == 4.5)
    #expect(mean.cost.peakMemoryBytes == 1 << 20)
    #expect(mean.cost.trainingSteps == 12)
  }

  @Test func oneFailedFoldFailsTheWhole() throws {
    var good = try sample()
    good.status = .done
    let whole = try ExperimentResult(
      folds: [("f1", good), ("f2", sample())], signature: "s")
    #expect(whole.status == .failed)
    #expect(whole.metrics.isEmpty)
    #expect(whole.failure?.kind == .hung)
    #expect(whole.failure?.reason.hasPrefix("f2: ") == true)
    #expect(throws: (any Error).self) {
      try ExperimentResult(folds: [], signature: "s")
    }
  }

  @Test func configurationIsKeptAsJSON() throws {
    let text = #"{"a":[1,2.5,true,null,"x",{"b":-3}],"c":9007199254740993}"#
    let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    guard case .map(let map) = value, case .list(let list)? = map["a"] else {
      Issue.record("\(value)")
      return
    }
    #expect(
      list == [
        .integer(1), .number(2.5), .bool(true), .null, .string("x"),
        .map(["b": .integer(-3)]),
      ])
    #expect(map["c"] == .integer(9_007_199_254_740_993))
  }
}
