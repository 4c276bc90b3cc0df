import Foundation

/// McNemar's test: of the utterances that one of two systems has right, how
/// unequally are they shared?
package struct McNemar: Equatable, Sendable {
  /// Right in the first alone.
  package var first: Int
  /// Right in the second alone.
  package var second: Int

  package init(first: Int, second: Int) {
    self.first = first
    self.second = second
  }

  /// Exact, either way: a fair coin for each.
  package var p: Double {
    let count = first + second
    guard count > 0 else { return 1 }
    let all: Double = lgamma(Double(count + 1)) - Double(count) * log(2.0)
    var tail = 0.0
    for k in 0...min(first, second) {
      let ways: Double = lgamma(Double(k + 1)) + lgamma(Double(count - k + 1))
      tail += exp(all - ways)
    }
    return min(1, 2 * tail)
  }

  /// (b − c)² / (b + c), without correction for continuity.
  package var chiSquared: Double {
    let difference = Double(first - second)
    return first + second == 0
      ? 0 : difference * difference / Double(first + second)
  }
}
