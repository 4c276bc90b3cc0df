/// Approximate randomisation (Noreen 1989): if two systems are alike, it is
/// all the same which of them a group's answers came from.
package enum Randomization {
  /// The probability, either way, of a difference as large as that of the two
  /// figures if their groups' answers are exchanged at random; nil if they do
  /// not have the same groups.
  package static func p(
    _ a: RatioFigure, _ b: RatioFigure, rounds: Int = 1000,
    seed: UInt64 = 1337
  ) -> Double? {
    guard a.strata == b.strata, let first = a.value, let second = b.value
    else { return nil }
    let observed = abs(first - second)
    let slack = 1e-12 * max(1, observed)
    var numbers = SeededNumbers(seed: seed)
    var extreme = 0
    for _ in 0..<rounds {
      if let difference = exchanged(a, b, &numbers),
        abs(difference) >= observed - slack
      {
        extreme += 1
      }
    }
    return Double(1 + extreme) / Double(1 + rounds)
  }

  /// The difference after each group's answers have changed sides or not.
  private static func exchanged(
    _ a: RatioFigure, _ b: RatioFigure, _ numbers: inout SeededNumbers
  ) -> Double? {
    var sum = 0.0
    var first = 0
    var bits: UInt64 = 0
    for size in a.strata {
      var (above, below, otherAbove, otherBelow) = (0.0, 0.0, 0.0, 0.0)
      for i in first..<first + size {
        if i % 64 == 0 { bits = numbers.next() }
        let isExchanged = bits >> UInt64(i % 64) & 1 == 1
        let (one, two) = isExchanged ? (b, a) : (a, b)
        above += one.counted[i]
        below += one.possible[i]
        otherAbove += two.counted[i]
        otherBelow += two.possible[i]
      }
      guard below > 0, otherBelow > 0 else { return nil }
      sum += above / below - otherAbove / otherBelow
      first += size
    }
    return sum / Double(a.strata.count)
  }
}
