import Testing

@testable import TaskKit

@Suite struct OptimalAssignmentTests {
  /// The best total of all pairings, found by trying them all.
  private func best(
    _ weights: [[Double]], _ row: Int = 0, _ used: Set<Int> = []
  )
    -> Double
  {
    guard row < weights.count else { return 0 }
    var result =
      weights.count > weights[0].count
      ? best(weights, row + 1, used) : -Double.infinity
    for column in weights[row].indices where !used.contains(column) {
      result = max(
        result,
        weights[row][column] + best(weights, row + 1, used.union([column])))
    }
    return result
  }

  @Test func noPairingIsBetter() {
    var numbers = SeededNumbers(8)
    for _ in 0..<300 {
      let rows = Int.random(in: 1...6, using: &numbers)
      let columns = Int.random(in: 1...6, using: &numbers)
      let isCoarse = Bool.random(using: &numbers)
      let weights = (0..<rows).map { _ in
        (0..<columns).map { _ in
          let value = Double.random(in: 0...8, using: &numbers)
          return isCoarse ? value.rounded() : value
        }
      }
      let columnOf = OptimalAssignment.maximizing(weights)
      #expect(columnOf.count == rows)
      let taken = columnOf.compactMap { $0 }
      #expect(Set(taken).count == taken.count)
      #expect(taken.count == min(rows, columns))
      let total = zip(weights, columnOf).reduce(0.0) { sum, pair in
        sum + (pair.1.map { pair.0[$0] } ?? 0)
      }
      #expect(abs(total - best(weights)) < 1e-9)
    }
  }

  @Test func emptySidesAreLeftAlone() {
    #expect(OptimalAssignment.maximizing([]).isEmpty)
    #expect(OptimalAssignment.maximizing([[], []]) == [nil, nil])
  }
}
