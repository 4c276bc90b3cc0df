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
    let once = [Int](repeating: 1, count: a.groups)
    var numbers = SeededNumbers(seed: seed)
    var extreme = 0
    for _ in 0..<rounds {
      var (one, two) = ((a.counted, a.possible), (b.counted, b.possible))
      var bits: UInt64 = 0
      for i in a.counted.indices {
        if i % 64 == 0 { bits = numbers.next() }
        if bits >> UInt64(i % 64) & 1 == 1 {
          (one.0[i], two.0[i]) = (two.0[i], one.0[i])
          (one.1[i], two.1[i]) = (two.1[i], one.1[i])
        }
      }
      let x = RatioFigure(
        counted: one.0, possible: one.1, strata: a.strata
      ).value(once)
      let y = RatioFigure(
        counted: two.0, possible: two.1, strata: a.strata
      ).value(once)
      if let x, let y, abs(x - y) >= observed - slack { extreme += 1 }
    }
    return Double(1 + extreme) / Double(1 + rounds)
  }
}
