import Testing

@testable import TaskKit

@Suite struct EditDistanceTests {
  /// Few different tokens, so that matches abound.
  private func sequence(
    _ numbers: inout SeededNumbers, upTo length: Int
  ) -> [Int] {
    let count = Int.random(in: 0...length, using: &numbers)
    let symbols = Int.random(in: 1...6, using: &numbers)
    return (0..<count).map { _ in Int.random(in: 0..<symbols, using: &numbers) }
  }

  /// Two rows of the plain table, O(n·m) time.
  private func distanceByRows<Token: Equatable>(
    _ hypothesis: [Token], _ reference: [Token]
  ) -> Int {
    var row = Array(0...reference.count)
    for (i, token) in hypothesis.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in reference.indices {
        let above = row[j + 1]
        row[j + 1] = min(
          min(above, row[j]) + 1, diagonal + (reference[j] == token ? 0 : 1))
        diagonal = above
      }
    }
    return row[reference.count]
  }

  @Test(arguments: [
    ("kitten", "sitting", 3), ("", "", 0), ("abc", "", 3), ("", "ab", 2),
    ("flaw", "lawn", 2), ("abc", "abc", 0), ("intention", "execution", 5),
  ])
  func knownDistances(a: String, b: String, expected: Int) {
    #expect(EditDistance.between(Array(a), Array(b)) == expected)
    #expect(distanceByRows(Array(a), Array(b)) == expected)
  }

  @Test func bitParallelEqualsThePlainTable() {
    var numbers = SeededNumbers(1)
    for round in 0..<400 {
      let longest = round % 4 == 0 ? 260 : 70
      let a = sequence(&numbers, upTo: longest)
      let b = sequence(&numbers, upTo: longest)
      let expected = distanceByRows(a, b)
      #expect(EditDistance.between(a, b) == expected)
      let counts = EditAlignment(hypothesis: a, reference: b).counts
      #expect(counts.edits == expected)
    }
  }

  @Test func isAMetric() {
    var numbers = SeededNumbers(2)
    for _ in 0..<200 {
      let a = sequence(&numbers, upTo: 90)
      let b = sequence(&numbers, upTo: 90)
      let c = sequence(&numbers, upTo: 90)
      let ab = EditDistance.between(a, b)
      #expect(EditDistance.between(a, a) == 0)
      #expect((ab == 0) == (a == b))
      #expect(ab == EditDistance.between(b, a))
      #expect(
        EditDistance.between(a, c) <= ab + EditDistance.between(b, c))
      #expect(abs(a.count - b.count) <= ab && ab <= max(a.count, b.count))
    }
  }

  @Test func theStepsLeadFromTheReferenceToTheHypothesis() {
    var numbers = SeededNumbers(3)
    for _ in 0..<200 {
      let hypothesis = sequence(&numbers, upTo: 100)
      let reference = sequence(&numbers, upTo: 100)
      let alignment = EditAlignment(
        hypothesis: hypothesis, reference: reference)
      var heard = 0
      var meant = 0
      for step in alignment.steps {
        switch step {
        case .hit(let h, let r):
          #expect(h == heard && r == meant && hypothesis[h] == reference[r])
          heard += 1
          meant += 1
        case .substitution(let h, let r):
          #expect(h == heard && r == meant && hypothesis[h] != reference[r])
          heard += 1
          meant += 1
        case .deletion(let r):
          #expect(r == meant)
          meant += 1
        case .insertion(let h):
          #expect(h == heard)
          heard += 1
        }
      }
      #expect(heard == hypothesis.count && meant == reference.count)
      #expect(alignment.counts.referenceLength == reference.count)
      #expect(alignment.counts.hypothesisLength == hypothesis.count)
    }
  }
}
