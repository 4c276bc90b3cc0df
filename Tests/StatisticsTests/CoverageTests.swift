import Foundation
import Testing

@testable import Statistics

/// How often a 95 % interval holds the figure of the population that its test
/// set was drawn from, and how often equal systems are told apart: simulated,
/// at the published test sets' sizes and at a tenth of them. The sizes are
/// those of docs/metrics.md. `SUPERB_TEST_LONG=1` simulates 2000 test sets of
/// each, and prints what it has found.
@Suite struct CoverageTests {
  static let isLong =
    ProcessInfo.processInfo.environment["SUPERB_TEST_LONG"] == "1"
  static let rounds = isLong ? 2000 : 80

  /// A test set whose figure is a ratio of sums.
  struct TestSet: Sendable, CustomTestStringConvertible {
    var name: String
    /// Whom the interval is drawn over; 0 for utterances.
    var speakers: Int
    var utterances: Int
    /// What an utterance adds below the line.
    var tokens: Int
    var rate: Double
    /// Half the width of the rates of speakers, or of utterances where these
    /// have several tokens.
    var spread: Double

    var testDescription: String { "\(name) \(utterances)" }

    /// A tenth of the utterances; too few speakers are not drawn over.
    var tenth: TestSet {
      var copy = self
      copy.utterances /= 10
      copy.speakers = speakers / 10 < 10 ? 0 : speakers / 10
      return copy
    }
  }

  static let sets = [
    TestSet(
      name: "KS acc", speakers: 0, utterances: 3081, tokens: 1, rate: 0.96,
      spread: 0),
    TestSet(
      name: "IC acc", speakers: 10, utterances: 3793, tokens: 1, rate: 0.95,
      spread: 0.04),
    TestSet(
      name: "SID acc", speakers: 1251, utterances: 8251, tokens: 1, rate: 0.8,
      spread: 0.15),
    TestSet(
      name: "ER acc", speakers: 0, utterances: 1241, tokens: 1, rate: 0.65,
      spread: 0),
    TestSet(
      name: "PR per", speakers: 40, utterances: 2620, tokens: 60, rate: 0.06,
      spread: 0.04),
    TestSet(
      name: "ASR wer", speakers: 40, utterances: 2620, tokens: 20, rate: 0.07,
      spread: 0.05),
    TestSet(
      name: "SF slot_type_f1", speakers: 0, utterances: 2800, tokens: 3,
      rate: 0.88, spread: 0.1),
    TestSet(
      name: "SD der", speakers: 0, utterances: 3000, tokens: 30, rate: 0.06,
      spread: 0.05),
  ]

  @Test(arguments: sets + sets.map(\.tenth))
  func ratiosHoldWhatTheySay(_ set: TestSet) {
    var numbers = SeededNumbers(seed: 11)
    let held = (0..<Self.rounds).count { round in
      let figure = Self.draw(set, &numbers)
      guard
        let interval = Bootstrap(resamples: 300, seed: UInt64(round))
          .interval(of: figure)
      else { return false }
      return interval.low <= set.rate && set.rate <= interval.high
    }
    Self.expect(held, "\(set.name) \(set.utterances)")
  }

  /// Two systems of the same rates on the same utterances.
  @Test func equalSystemsHaveUniformProbabilities() {
    var numbers = SeededNumbers(seed: 5)
    let set = Self.sets[5]
    var exchanged: [Double] = []
    var drawn: [Double] = []
    for round in 0..<Self.rounds {
      let (a, b) = (Self.draw(set, &numbers), Self.draw(set, &numbers))
      let seed = UInt64(round)
      exchanged.append(
        Randomization.p(a, b, rounds: 300, seed: seed) ?? 0)
      drawn.append(
        Bootstrap(resamples: 300, seed: seed).difference(a, b)?.p ?? 0)
    }
    for (name, values) in [
      ("approximate randomisation", exchanged), ("paired bootstrap", drawn),
    ] {
      for level in [0.05, 0.25, 0.5, 0.75] {
        let share = Double(values.count { $0 <= level }) / Double(values.count)
        // Four standard errors, and what 300 rounds cannot tell.
        let error = (level * (1 - level) / Double(Self.rounds)).squareRoot()
        #expect(abs(share - level) < 4 * error + 0.012, "\(name) \(share)")
        if Self.isLong { print("\(name): p <= \(level) in \(share)") }
      }
    }
  }

  /// 40 speakers with 37 720 trials, half of them of one speaker.
  @Test(arguments: isLong ? [37_720, 3772] : [1000])
  func equalErrorRatesHoldWhatTheySay(_ trials: Int) {
    let speakers = 40
    let (distance, effect) = (3.0, 0.35)
    let deviation = (1 + 2 * effect * effect).squareRoot()
    let truth = NormalDistribution.cumulative(-distance / 2 / deviation)
    var numbers = SeededNumbers(seed: 23)
    let held = (0..<Self.rounds).count { round in
      let effects = (0..<speakers).map { _ in numbers.normal() * effect }
      let made = (0..<trials).map { i -> EqualErrorFigure.Trial in
        let a = numbers.below(speakers)
        let isTarget = i % 2 == 0
        let b = isTarget ? a : (a + 1 + numbers.below(speakers - 1)) % speakers
        let shift =
          isTarget
          ? distance + effects[a] * 2.0.squareRoot() : effects[a] + effects[b]
        return EqualErrorFigure.Trial(
          score: shift + numbers.normal(), isTarget: isTarget, groups: (a, b))
      }
      guard
        let interval = Bootstrap(resamples: 200, seed: UInt64(round))
          .interval(of: EqualErrorFigure(trials: made, groups: speakers))
      else { return false }
      return interval.low <= truth && truth <= interval.high
    }
    Self.expect(held, "ASV eer \(trials)")
  }

  /// 555 queries, each in 3 of 60 documents.
  @Test(arguments: isLong ? [555, 55] : [55])
  func termValuesHoldWhatTheySay(_ queries: Int) {
    let (distance, effect) = (3.0, 0.3)
    let beta = 12.49
    let deviation = (1 + effect * effect).squareRoot()
    let truth =
      stride(from: 0.0, to: 6, by: 0.001).map { threshold in
        NormalDistribution.cumulative((distance - threshold) / deviation)
          - beta * NormalDistribution.cumulative(-threshold / deviation)
      }.max() ?? 0
    var numbers = SeededNumbers(seed: 29)
    let held = (0..<Self.rounds).count { round in
      let terms = (0..<queries).map { _ -> TermValueFigure.Term in
        let shift = numbers.normal() * effect
        return TermValueFigure.Term(
          targets: (0..<3).map { _ in distance + shift + numbers.normal() },
          others: (0..<57).map { _ in shift + numbers.normal() })
      }
      guard
        let interval = Bootstrap(resamples: 200, seed: UInt64(round))
          .interval(of: TermValueFigure(terms: terms, beta: beta))
      else { return false }
      return interval.low <= truth && truth <= interval.high
    }
    Self.expect(held, "QbE mtwv \(queries)")
  }

  // MARK: - Drawing

  /// Speakers, or utterances of several tokens, have rates of their own.
  private static func draw(
    _ set: TestSet, _ numbers: inout SeededNumbers
  ) -> RatioFigure {
    let groups = set.speakers == 0 ? set.utterances : set.speakers
    var counted = [Double](repeating: 0, count: groups)
    var possible = counted
    for utterance in 0..<set.utterances {
      let group = utterance % groups
      possible[group] += Double(set.tokens)
    }
    for group in 0..<groups {
      let rate = set.rate + set.spread * (2 * numbers.unit() - 1)
      var right = 0
      for _ in 0..<Int(possible[group]) where numbers.unit() < rate {
        right += 1
      }
      counted[group] = Double(right)
    }
    return RatioFigure(counted: counted, possible: possible)
  }

  private static func expect(
    _ held: Int, _ name: String
  ) {
    let share = Double(held) / Double(rounds)
    // 93 to 97 %, and two standard errors of 2000.
    let expected = isLong ? 0.92...0.98 : 0.86...1
    #expect(expected.contains(share), "\(name): \(share)")
    if isLong { print("\(name): \(share)") }
  }
}

extension SeededNumbers {
  /// From 0 up to, not including, 1.
  fileprivate mutating func unit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  fileprivate mutating func normal() -> Double {
    (-2 * log(1 - unit())).squareRoot() * cos(2 * .pi * unit())
  }
}
