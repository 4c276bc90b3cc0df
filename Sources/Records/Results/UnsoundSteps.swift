/// Steps of training whose loss or gradient was no finite number. Where the
/// gradient's norm is NaN nothing was learned, as in s3prl.
package struct UnsoundSteps: Codable, Equatable, Sendable {
  package var count: Int
  /// The first of them, from 1.
  package var first: Int

  package init(count: Int, first: Int) {
    self.count = count
    self.first = first
  }

  /// Those of several folds together; nil for none.
  package init?(of folds: [UnsoundSteps]) {
    guard let first = folds.map(\.first).min() else { return nil }
    self.init(count: folds.map(\.count).reduce(0, +), first: first)
  }

  /// One step more.
  package func following() -> UnsoundSteps {
    UnsoundSteps(count: count + 1, first: first)
  }
}
