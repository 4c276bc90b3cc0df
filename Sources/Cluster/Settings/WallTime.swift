import Diagnostics

/// A time limit as Slurm writes it: minutes, `minutes:seconds`,
/// `hours:minutes:seconds`, `days-hours`, `days-hours:minutes` or
/// `days-hours:minutes:seconds`.
package struct WallTime: Equatable, Sendable {
  package let text: String
  package let seconds: Double

  /// Nil for what is none.
  package init?(_ text: String) {
    self.text = text
    let halves = text.split(
      separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    func numbers(_ text: Substring) -> [Int]? {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      let known = parts.compactMap { part in
        part.allSatisfy(\.isNumber) ? Int(part) : nil
      }
      return known.count == parts.count && known.count <= 3 ? known : nil
    }
    guard let last = halves.last, let parts = numbers(last) else { return nil }
    var seconds = 0
    if halves.count == 2 {
      guard let days = Int(halves[0]), days >= 0 else { return nil }
      let weights = [3600, 60, 1]
      seconds =
        days * 86_400 + zip(parts, weights).reduce(0) { $0 + $1.0 * $1.1 }
    } else {
      let weights =
        parts.count == 1 ? [60] : parts.count == 2 ? [60, 1] : [3600, 60, 1]
      seconds = zip(parts, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }
    guard seconds > 0 else { return nil }
    self.seconds = Double(seconds)
  }
}
