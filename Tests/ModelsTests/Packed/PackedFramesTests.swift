import Testing

@testable import Models

@Suite struct PackedFramesTests {
  /// Keeps what an operator was given after it has run.
  private struct Witness: Network {
    var inputs: Int { 8 }
    func checkSizes() {}
    var stateTitles: [String] { [] }

    func run<X: Frames>(_ x: X) throws(X.Failure) {
      let y = try x.linear("a", to: 8)
      try y.keep()
      try y.layerNorm("b", epsilon: 1e-5).activation(.relu).addSinusoids()
        .compressed().residual(of: y, scale: 0.5)
        .groupNorm("c", groups: 2, isAffine: true).keep()
      try y.keep()
    }
  }

  @Test func operatorsLeaveAloneWhatOthersHold() throws {
    let network = Witness()
    let model = try PackedModel(
      network,
      shape: ModelShape(
        layers: 3, dimension: 8, samplesPerFrame: 1, receptiveField: 1,
        parameters: 0), in: TensorTable(noiseFor: network))
    let size = 30 * 8
    let values = try model.hiddenStates(of: ModelFixture.waveform(size)).values
    #expect(values[..<size] == values[(2 * size)...])
    #expect(values[..<size] != values[size..<2 * size])
  }

  @Test func roomIsReusedAndNeverMoreThanWasNeededAtATime() {
    let workspace = PassWorkspace()
    let first = workspace.take(100)
    let second = workspace.take(50)
    workspace.give(first)
    workspace.give(second)
    #expect(workspace.take(40) === second)
    #expect(workspace.take(60) === first)
    workspace.give(first)
    // Too small: makes way.
    let third = workspace.take(200)
    workspace.give(third)
    #expect(workspace.take(10) === third)
  }

  @Test func utterancesAreCutIntoNearlyEqualParts() {
    let spans: [Range<Int>] = [0..<10, 10..<11, 11..<31]
    #expect(spans.cut(longest: 0) == spans)
    #expect(
      spans.cut(longest: 9) == [
        0..<5, 5..<10, 10..<11, 11..<18, 18..<25, 25..<31,
      ])
  }
}
