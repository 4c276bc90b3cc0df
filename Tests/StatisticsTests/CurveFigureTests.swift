import Testing

@testable import Statistics

@Suite struct CurveFigureTests {
  /// Scores 4 … 1 of target, other, target, other: the curve crosses at 1/2.
  @Test func equalErrorIsTheCurves() {
    let trials = [(4.0, true), (3, false), (2, true), (1, false)].map {
      EqualErrorFigure.Trial(score: $0.0, isTarget: $0.1, groups: (0, 1))
    }
    #expect(EqualErrorFigure(trials: trials, groups: 2).value == 0.5)
    let apart = [(4.0, true), (3, true), (2, false), (1, false)].map {
      EqualErrorFigure.Trial(score: $0.0, isTarget: $0.1, groups: (0, 1))
    }
    #expect(EqualErrorFigure(trials: apart, groups: 2).value == 0)
  }

  @Test func aSpeakerWhoWasNotDrawnHasNoTrials() {
    let trials = [
      EqualErrorFigure.Trial(score: 4, isTarget: true, groups: (0, 0)),
      EqualErrorFigure.Trial(score: 5, isTarget: false, groups: (1, 2)),
      EqualErrorFigure.Trial(score: 1, isTarget: false, groups: (0, 2)),
    ]
    let figure = EqualErrorFigure(trials: trials, groups: 3)
    #expect(figure.value([3, 0, 1]) == 0)
    #expect(figure.value([0, 3, 0]) == nil)
  }

  /// Two terms; accepting from 2 on finds all and lets one of two others of
  /// the second term in.
  @Test func termValueIsTheBestOverThresholds() {
    let terms = [
      TermValueFigure.Term(targets: [5, 2], others: [1, 0]),
      TermValueFigure.Term(targets: [4], others: [3, 0]),
    ]
    let figure = TermValueFigure(terms: terms, beta: 0.1)
    #expect(abs((figure.value ?? 0) - 0.975) < 1e-12)
    #expect(figure.value([2, 0]) == 1)
    let unheard = TermValueFigure(
      terms: terms + [
        TermValueFigure.Term(
          targets: [], others: [], targetCount: 3, otherCount: 5)
      ], beta: 0.1)
    #expect(abs((unheard.value ?? 0) - 0.65) < 1e-12)
    let costly = TermValueFigure(terms: terms, beta: 100)
    #expect(costly.value == 0.75)
  }
}
