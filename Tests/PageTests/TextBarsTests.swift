import Records
import Testing
import Weights

@testable import Page

@Suite struct TextBarsTests {
  private static let rows = [
    ("0", "25.0 %", 0.25), ("11", "75.0 %", 0.75), ("12", "0.0 %", 0),
  ].map { (name: $0.0, text: $0.1, value: $0.2) }

  @Test func barsAreInProportion() {
    let lines = TextBars(Self.rows, width: 36).lines
    #expect(lines[1] == "11  75.0 %  " + String(repeating: "█", count: 24))
    #expect(lines[0] == " 0  25.0 %  " + String(repeating: "█", count: 8))
    #expect(lines[2] == "12   0.0 %")
  }

  @Test(arguments: [60, 80, 120, 200])
  func noLineIsWiderThanTheTerminal(width: Int) {
    let lines = TextBars(Self.rows, width: width).lines
    #expect(lines.allSatisfy { $0.count <= width })
    #expect((lines.map(\.count).max() ?? 0) >= min(width, 70))
  }

  /// A layer of short states brings less than its weight says.
  @Test func layersAreWeighedByTheLengthOfTheirStates() throws {
    let runs = try RunsFolder()
    let made = result("u", "ks", [metric("acc", 0.5)])
    let folder = try runs.add(made)
    var file = SafeTensorsWriter(metadata: ["step": "1"])
    try file.add("featurizer.weights", shape: [2], floats: [0, 0])
    try file.write(to: "\(folder)/states-1.ckpt")
    #expect(LayerWeights(of: made, in: folder)?.parts == nil)
    try StateNorms(norms: [1, 3], utterances: 2, areMeans: true)
      .write(toFolder: folder)
    let weights = try #require(LayerWeights(of: made, in: folder))
    #expect(weights.parts == [0.25, 0.75])
    #expect(weights.lines(width: 60).count == 2)
    #expect(weights.lines(width: 60)[1].hasPrefix("1   50.0 %   75.0 %  █"))
  }
}
