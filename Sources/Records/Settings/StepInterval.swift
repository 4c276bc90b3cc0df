/// How far apart things are done: so many updates, or so many epochs, which
/// are a number of updates as well once an epoch's batches are counted.
///
/// What is due at the end of an epoch is done after the first update that
/// ends no earlier.
package struct StepInterval: Equatable, Sendable, ExpressibleByIntegerLiteral {
  /// ``parts`` intervals are as long as so many updates.
  private var updates: Int
  private var parts: Int

  package init(_ updates: Int) {
    (self.updates, parts) = (updates, 1)
  }

  package init(integerLiteral value: Int) { self.init(value) }

  /// - Parameters:
  ///   - batches: of an epoch, at least 1.
  ///   - accumulation: batches of an update.
  ///   - epochs: that make `parts` intervals.
  init(batches: Int, accumulation: Int, epochs: Int, parts: Int = 1) {
    updates = batches * epochs
    self.parts = accumulation * parts
  }

  /// Longer than any training.
  package static let never = StepInterval(.max)

  /// The intervals that have ended with update `step`.
  package func count(by step: Int) -> Int {
    let (product, overflows) = step.multipliedReportingOverflow(by: parts)
    return (overflows ? .max : product) / updates
  }

  /// Whether one ends with update `step`. Before the first update all do.
  package func isDue(at step: Int) -> Bool {
    step == 0 || count(by: step) > count(by: step - 1)
  }

  /// The updates after `step` to the next end of one.
  package func left(after step: Int) -> Int {
    guard updates < .max / max(parts, 2) else { return .max }
    let (next, part) = (count(by: step) + 1, max(parts, 1))
    return (next * updates + part - 1) / part - step
  }
}
