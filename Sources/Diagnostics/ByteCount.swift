import Foundation

/// Sizes as a person reads them.
package enum ByteCount {
  /// `512 B`, `1.5 MB`, `20 GB`.
  package static func shown(_ bytes: Int) -> String {
    var value = Double(bytes)
    for unit in ["B", "kB", "MB", "GB"] {
      if value < 1000 {
        let isWhole = unit == "B" || value >= 100
        return String(format: isWhole ? "%.0f %@" : "%.1f %@", value, unit)
      }
      value /= 1000
    }
    return String(format: "%.1f TB", value)
  }

  /// Bytes of `200G`, `1.5 TB`, `500m` or `4096`: powers of 1000, with or
  /// without a B; nil for anything else.
  package static func read(_ text: String) -> Int? {
    var text = text.filter { $0 != " " }.uppercased()
    if text.hasSuffix("B") { text.removeLast() }
    var factor = 1.0
    if let last = text.last, let power = "KMGT".firstIndex(of: last) {
      text.removeLast()
      factor = pow(
        1000, Double("KMGT".distance(from: "KMGT".startIndex, to: power) + 1))
    }
    guard let first = text.first, first.isNumber, let value = Double(text),
      value * factor < 1e18
    else { return nil }
    return Int(value * factor)
  }
}
