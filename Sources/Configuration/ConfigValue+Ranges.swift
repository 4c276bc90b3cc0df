import Diagnostics

/// Reading of numbers that must lie in a range: what a user writes reaches
/// arithmetic that traps, and goes no further than here.
extension ConfigValue {
  /// The integer at `path`, or `fallback` if there is none.
  ///
  /// - Throws: `UserError` for another value, and for one outside of `range`.
  package func int(
    at path: String, in range: ClosedRange<Int>,
    default fallback: @autoclosure () -> Int
  ) throws -> Int {
    guard let found = try value(at: path) else { return fallback() }
    let number = try int(at: path)
    guard range.contains(number) else {
      throw found.outOfRange(
        path, "\(number)",
        range.upperBound == .max
          ? "\(range.lowerBound) or more"
          : "\(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// The number at `path`, or nil if there is none.
  ///
  /// - Parameters:
  ///   - expected: what `isFit` asks, in words: "a number above 0".
  /// - Throws: `UserError` for another value, and for one that does not fit.
  package func double(
    at path: String, _ expected: String, where isFit: (Double) -> Bool
  ) throws -> Double? {
    guard let found = try value(at: path) else { return nil }
    let number = try double(at: path)
    guard isFit(number) else {
      throw found.outOfRange(path, "\(number)", expected)
    }
    return number
  }

  private func outOfRange(
    _ path: String, _ found: String, _ expected: String
  ) -> UserError {
    UserError(
      (path.isEmpty ? "it" : path) + " is \(found), expected \(expected)",
      at: mark?.description ?? (path.isEmpty ? nil : path))
  }
}
