import Kernels

extension Engine {
  /// Scales all gradients by min(1, maximumNorm / (norm + 1e-6)), where norm
  /// is the L2 norm over all of them jointly, as PyTorch's clip_grad_norm_.
  ///
  /// - Returns: the norm before; NaN if a gradient holds one, and then
  ///   nothing is scaled and the update should be left out.
  @discardableResult
  package func clipGradients(maximumNorm: Double) -> Double {
    Self.clipGradients(of: [self], maximumNorm: maximumNorm)
  }

  /// Scales all gradients of several engines by min(1, maximumNorm / (norm +
  /// 1e-6)), where norm is one over all of them jointly: L2 unless given.
  ///
  /// - Returns: the norm before; NaN if a gradient holds one, and then
  ///   nothing is scaled and the update should be left out.
  @discardableResult
  package static func clipGradients(
    of engines: [Engine], maximumNorm: Double,
    norm kind: GradientNorm = .euclidean
  ) -> Double {
    guard let engine = engines.first else { return 0 }
    let parts = GradientPart.parts(of: engines.flatMap(\.parameters))
    let norm = kind.value(of: parts, on: engine)
    let coefficient = maximumNorm / (norm + 1e-6)
    guard coefficient < 1 else { return norm }
    engine.parallel(parts.count) { index in
      let part = parts[index]
      superb_affine(
        part.count, Float(coefficient), 0, part.gradient, part.gradient)
    }
    return norm
  }
}

/// A stretch of one parameter and its gradient: what a thread updates at a
/// time. The cuts depend on the parameters' sizes alone.
struct GradientPart {
  /// Which parameter, of those that were given.
  let index: Int
  /// Where in the parameter it begins.
  let first: Int
  let count: Int
  let values: UnsafeMutablePointer<Float>
  let gradient: UnsafeMutablePointer<Float>

  private static let size = 32768

  /// The parts of all parameters that have a gradient, in order.
  static func parts(of parameters: [Parameter]) -> [GradientPart] {
    var parts: [GradientPart] = []
    for (index, parameter) in parameters.enumerated()
    where !parameter.isBuffer && parameter.node.hasGradient {
      let node = parameter.node
      for first in stride(from: 0, to: node.count, by: size) {
        parts.append(
          GradientPart(
            index: index, first: first, count: min(size, node.count - first),
            values: node.pointer + first, gradient: node.gradient + first))
      }
    }
    return parts
  }
}
