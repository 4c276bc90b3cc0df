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
}
