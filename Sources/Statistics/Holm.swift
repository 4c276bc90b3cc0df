/// Holm's correction (1979): the chance of one false alarm among all tests
/// stays what a single test's would be.
package enum Holm {
  /// The corrected probabilities, in the order of the given.
  package static func adjusted(_ p: [Double]) -> [Double] {
    var adjusted = p
    var highest = 0.0
    for (rank, index) in p.indices.sorted(by: { p[$0] < p[$1] }).enumerated() {
      highest = max(highest, min(1, p[index] * Double(p.count - rank)))
      adjusted[index] = highest
    }
    return adjusted
  }
}
