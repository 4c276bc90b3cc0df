import Foundation

/// One direction of a drawing: values and where they lie.
struct Axis {
  var low: Double
  var high: Double
  /// Where ``low`` and ``high`` lie.
  var from: Double
  var to: Double
  var ticks: [(value: Double, text: String)]

  /// Rounded outwards to ticks of 1, 2 or 5 times a power of ten.
  init(
    holding values: [Double], from: Double, to: Double, count: Int = 5,
    fromZero: Bool = false
  ) {
    var low = values.min() ?? 0
    var high = values.max() ?? 1
    if fromZero { low = min(0, low); high = max(0, high) }
    if low == high {
      let room = low == 0 ? 1 : abs(low) * 0.1
      low -= fromZero ? 0 : room
      high += room
    }
    let step = Self.step(over: high - low, count: count)
    self.low = (low / step).rounded(.down) * step
    self.high = (high / step).rounded(.up) * step
    self.from = from
    self.to = to
    let steps = Int(((self.high - self.low) / step).rounded())
    ticks = []
    for i in 0...max(1, min(steps, 20)) {
      let value = self.low + Double(i) * step
      let shown = abs(value) < step * 1e-6 ? 0 : value
      ticks.append((value, Self.text(shown)))
    }
  }

  /// The values as they are, with ticks that are given.
  init(
    _ range: ClosedRange<Double>, from: Double, to: Double,
    ticks: [(value: Double, text: String)]
  ) {
    low = range.lowerBound
    high = range.upperBound
    self.from = from
    self.to = to
    self.ticks = ticks
  }

  func place(_ value: Double) -> Double {
    let part = (value - low) / (high - low)
    return from + min(max(part, 0), 1) * (to - from)
  }

  private static func step(over range: Double, count: Int) -> Double {
    let raw = range / Double(count)
    let power = pow(10, log10(raw).rounded(.down))
    let factor = [1.0, 2, 5, 10].first { $0 * power >= raw * 0.999 } ?? 10
    return factor * power
  }

  private static func text(_ value: Double) -> String {
    if abs(value) >= 10_000 {
      return String(format: "%gk", value / 1000)
    }
    return String(format: "%.4g", value)
  }
}
