import Foundation
import Testing

@testable import Page

@Suite struct SparklineTests {
  @Test func heightsFollowTheValues() {
    #expect(Sparkline([0, 1, 2, 7]).text == "▁▂▃█")
    #expect(Sparkline([3, 3]).text == "▄▄")
    #expect(Sparkline([3]).text.isEmpty)
    #expect(Sparkline((0..<100).map(Double.init)).text.count == 16)
  }

  @Test func theCurveOfTheSplitThatChoosesIsShown() throws {
    let runs = try RunsFolder()
    try """
    {"name":"t/train-acc","step":1,"value":0.9}
    {"name":"t/dev-acc","step":1,"value":0.1}
    {"name":"t/dev-acc","step":2,"value":0.2}
    {"name":"t/dev-loss","step":2,"value":null}
    """.write(
      toFile: runs.path + "/scalars.jsonl", atomically: true,
      encoding: .utf8)
    let scalars = Scalars(folder: runs.path)
    #expect(scalars.developmentCurve(of: "acc").map(\.y) == [0.1, 0.2])
    #expect(scalars.developmentCurve(of: nil).map(\.x) == [1, 2])
    #expect(scalars.developmentCurve(of: "per").isEmpty)
  }
}
