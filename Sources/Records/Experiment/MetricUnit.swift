/// How a metric's number is to be read.
package enum MetricUnit: String, Codable, Sendable {
  /// 0 … 1, shown × 100.
  case fraction
  /// 0 … 100.
  case percent
  /// Shown as it is.
  case plain
}
