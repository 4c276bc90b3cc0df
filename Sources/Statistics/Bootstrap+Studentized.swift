import Foundation

extension Bootstrap {
  /// What a figure is taken to be normal on.
  struct Scale {
    var to: @Sendable (Double) -> Double
    var from: @Sendable (Double) -> Double

    static let plain = Scale(to: { $0 }, from: { $0 })

    /// Quantiles of the normal distribution; a rate of 0 or 1 is as far out as
    /// one of a million.
    static let rate = Scale(
      to: { NormalDistribution.quantile(min(max($0, 1e-6), 1 - 1e-6)) },
      from: { NormalDistribution.cumulative($0) })
  }

  /// Around `middle`, by the jackknife's standard error; nil if the figure has
  /// no meaning without some of its groups.
  func studentized(
    _ figure: some ResampledFigure, _ scale: Scale, _ middle: Double
  ) -> Interval? {
    let groups = figure.groups
    var counts = [Int](repeating: 1, count: groups)
    var left: [Double] = []
    for group in 0..<groups {
      counts[group] = 0
      if let value = figure.value(counts) { left.append(scale.to(value)) }
      counts[group] = 1
    }
    guard left.count == groups else { return nil }
    let count = Double(groups)
    let mean = left.reduce(0, +) / count
    let squares = left.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let reach =
      StudentDistribution.quantile(
        1 - (1 - level) / 2, freedom: Double(groups - figure.strata.count))
      * ((count - 1) / count * squares).squareRoot()
    let place = scale.to(middle)
    return Interval(
      low: scale.from(place - reach), high: scale.from(place + reach))
  }
}
