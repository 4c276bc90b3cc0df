import Testing

@testable import Statistics

@Suite struct SignificanceTests {
  /// The approval ratings of Agresti's textbook: 150 and 86 changed sides.
  @Test func mcNemarIsTheTextbooks() {
    let test = McNemar(first: 150, second: 86)
    #expect(abs(test.chiSquared - 17.35593220338983) < 1e-12)
    #expect(abs(test.p - 3.7159361395713866e-05) < 1e-12)
    #expect(abs(McNemar(first: 10, second: 2).p - 0.03857421875) < 1e-12)
    #expect(McNemar(first: 5, second: 5).p == 1)
    #expect(McNemar(first: 0, second: 0).p == 1)
  }

  /// As R's p.adjust.
  @Test func holmIsRs() {
    let one = Holm.adjusted([0.01, 0.02, 0.03, 0.04])
    for (found, expected) in zip(one, [0.04, 0.06, 0.06, 0.06]) {
      #expect(abs(found - expected) < 1e-12)
    }
    let two = Holm.adjusted([0.9, 0.01, 0.6])
    for (found, expected) in zip(two, [1, 0.03, 1]) {
      #expect(abs(found - expected) < 1e-12)
    }
    #expect(Holm.adjusted([]).isEmpty)
  }

  /// Ten utterances with errors of two systems; of the 1024 exchanges 16 are
  /// as unequal.
  @Test func randomizationComesNearTheExactTest() throws {
    let words: [Double] = [10, 8, 9, 12, 7, 10, 11, 13, 9, 10]
    let a = RatioFigure(
      counted: [2, 1, 0, 3, 1, 0, 2, 4, 1, 1], possible: words)
    let b = RatioFigure(
      counted: [3, 2, 1, 3, 2, 1, 2, 6, 1, 2], possible: words)
    let p = try #require(Randomization.p(a, b, rounds: 5000))
    #expect(abs(p - 16.0 / 1024) < 0.006)
    #expect(Randomization.p(a, a) == 1)
  }
}
