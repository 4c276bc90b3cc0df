import Testing

@testable import Records

@Suite struct LearningRateCurveTests {
  private func point(
    _ rate: Double, _ value: Double?
  ) -> LearningRateCurve.Point {
    LearningRateCurve.Point(rate: rate, value: value, bestStep: nil)
  }

  @Test func bestIsTheHighestOrTheLowest() {
    let points = [point(0.1, 3), point(0.01, 5), point(1, 4)]
    #expect(
      LearningRateCurve.best(of: points, higherIsBetter: true)?.rate == 0.01)
    #expect(
      LearningRateCurve.best(of: points, higherIsBetter: false)?.rate == 0.1)
  }

  @Test func ofEqualOnesTheSmallestWinsAndWhatHasNoValueNever() {
    let points = [point(1, 5), point(0.1, 5), point(0.01, nil), point(2, .nan)]
    #expect(
      LearningRateCurve.best(of: points, higherIsBetter: true)?.rate == 0.1)
    #expect(
      LearningRateCurve.best(of: [point(1, nil)], higherIsBetter: true) == nil)
  }

  @Test(arguments: [(0.01, true), (0.1, false), (1, true)])
  func edgesOfTheGridAreWarnedOf(_ chosen: Double, _ isWarned: Bool) {
    let curve = LearningRateCurve(
      split: "dev", metric: "acc",
      points: [point(0.01, 1), point(0.1, 2), point(1, 1)], chosen: chosen)
    #expect((curve.edgeWarning != nil) == isWarned)
    var alone = curve
    alone.points = [point(chosen, 1)]
    #expect(alone.edgeWarning == nil)
  }
}
