import Foundation
import Records

/// One column of the table: one metric of one task, or superb_s.
struct Column: Equatable {
  /// What must agree for two figures to stand in one column.
  struct Metric: Hashable {
    var name: String
    var split: String
    var unit: MetricUnit
    var higherIsBetter: Bool

    init(_ metric: ExperimentResult.Metric) {
      name = metric.name
      split = metric.split
      unit = metric.unit
      higherIsBetter = metric.higherIsBetter
    }
  }

  /// nil for superb_s.
  var task: String?
  /// nil if no result of the task has a figure.
  var metric: Metric?
  /// As shown: `accuracy`.
  var title: String
  /// The task's ranking metric.
  var isPrimary: Bool
  var decimals = 2

  static let scoreName = "superb_s"

  /// The column of superb_s.
  static var score: Column {
    let metric = ExperimentResult.Metric(
      name: scoreName, title: scoreName, split: "", value: 0, unit: .plain,
      higherIsBetter: true, isPrimary: false)
    return Column(
      task: nil, metric: Metric(metric), title: scoreName, isPrimary: false,
      decimals: 1)
  }

  var arrow: String {
    metric.map { $0.higherIsBetter ? "↑" : "↓" } ?? ""
  }

  var unitSymbol: String { metric?.unit.symbol ?? "" }

  /// Title, unit and direction: `accuracy % ↑`.
  var heading: String {
    [title, unitSymbol, arrow].filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// Two decimals for what is shown as a percentage; else as many as give
  /// the column's largest figure three significant digits, at least two.
  static func decimals(
    for values: [Double], unit: MetricUnit
  ) -> Int {
    let largest = values.map(abs).max() ?? 0
    guard unit == .plain, largest > 0 else { return 2 }
    return Int(min(max(2 - log10(largest).rounded(.down), 2), 6))
  }

  /// A figure in the unit that is shown, as text.
  func text(_ value: Double) -> String {
    if abs(value) >= 1e7 { return String(format: "%.3e", value) }
    let text = String(format: "%.\(decimals)f", value)
    // "-0.00" says no more than "0.00".
    return text.hasPrefix("-") && Double(text) == 0
      ? String(text.dropFirst()) : text
  }

  /// A figure as precise as it is shown: what looks equal is equal.
  func rounded(_ value: Double) -> Double { Double(text(value)) ?? value }
}

extension MetricUnit {
  package var symbol: String {
    switch self {
    case .fraction, .percent: "%"
    case .plain: ""
    }
  }

  /// A figure as it is shown; nil if it is not a finite number.
  package func shown(_ value: Double) -> Double? {
    let scaled = self == .fraction ? value * 100 : value
    return scaled.isFinite ? scaled : nil
  }
}
