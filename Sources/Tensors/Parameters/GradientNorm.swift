import Foundation
import Kernels

/// The norm of all gradients together that clipping looks at.
package enum GradientNorm: Equatable, Sendable {
  /// The root of the sum of squares.
  case euclidean
  /// The p-th root of the sum of absolute values to the power of p, which is
  /// above 0.
  case power(Double)
  /// The largest absolute value.
  case infinity

  /// NaN if a gradient holds one.
  func value(of parts: [GradientPart], on engine: Engine) -> Double {
    switch self {
    case .euclidean:
      engine.terms(parts.count) {
        superb_dot(parts[$0].count, parts[$0].gradient, parts[$0].gradient)
      }.reduce(0, +).squareRoot()
    case .power(let p):
      root(
        engine.terms(parts.count) { index in
          parts[index].magnitudes.reduce(0) { $0 + power($1, p) }
        }.reduce(0, +), p)
    case .infinity:
      engine.terms(parts.count) { parts[$0].magnitudes.reduce(0, larger) }
        .reduce(0, larger)
    }
  }

  private func power(_ value: Double, _ p: Double) -> Double {
    p == 1 ? value : pow(value, p)
  }

  private func root(_ sum: Double, _ p: Double) -> Double {
    p == 1 ? sum : pow(sum, 1 / p)
  }

  /// Of which one is NaN: that one.
  private func larger(_ a: Double, _ b: Double) -> Double {
    a.isNaN || a > b ? a : b
  }
}

extension GradientPart {
  fileprivate var magnitudes: some Sequence<Double> {
    UnsafeBufferPointer(start: gradient, count: count).lazy.map {
      Double(abs($0))
    }
  }
}
